/** EC2 and VPC objects of a stack. */
import { EC2Client, paginateDescribeTags, type Filter } from "@aws-sdk/client-ec2";
import { keptTag } from "../../src/tags.ts";
import { clientSettings } from "./client-settings.ts";
import { ec2Kinds, type Ec2Kind } from "./ec2-kinds.ts";
import { ownershipTags, type CensusFinding, type CensusScope } from "./scope.ts";

interface Tagged {
  readonly id: string;
  readonly because: string;
}

/**
 * Everything that carries one of the stack's tags or lies in one of its VPCs. DescribeTags still names objects
 * that are gone, so each is looked up again by its id.
 */
export async function ec2Findings(scope: CensusScope): Promise<CensusFinding[]> {
  const client = new EC2Client(clientSettings(scope));
  try {
    const tagged = (
      await Promise.all(ownershipTags(scope).map(([key, value]) => taggedObjects(client, key, value)))
    )
      .flat()
      // Of several tags the stack's own says it best: the last one is the one that counts.
      .reverse();
    const findings = (
      await Promise.all(ec2Kinds.map((kind) => findingsOfKind(client, kind, scope, tagged)))
    ).flat();
    return await withReasonsToKeep(client, findings);
  } finally {
    client.destroy();
  }
}

/** What a destroy leaves on purpose: a volume that it was told to keep, and every snapshot, which is a backup. */
async function withReasonsToKeep(
  client: EC2Client,
  findings: readonly CensusFinding[],
): Promise<CensusFinding[]> {
  const keepable = ({ type }: CensusFinding): boolean => type === "ec2:volume" || type === "ec2:snapshot";
  if (!findings.some(keepable)) return [...findings];
  const told = new Map<string, string>();
  const Filters = [{ Name: "key", Values: [keptTag] }];
  for await (const page of paginateDescribeTags({ client }, { Filters })) {
    for (const { ResourceId = "", Value = "" } of page.Tags ?? []) told.set(ResourceId, Value);
  }
  return findings.map((finding) => {
    if (!keepable(finding)) return finding;
    const backup =
      finding.type === "ec2:snapshot" ? "a snapshot is a backup, which no sweep deletes" : undefined;
    const kept = told.get(finding.id) ?? backup;
    return kept === undefined ? finding : { ...finding, kept };
  });
}

async function taggedObjects(client: EC2Client, key: string, value: string): Promise<Tagged[]> {
  const tagged: Tagged[] = [];
  const Filters = [
    { Name: "key", Values: [key] },
    { Name: "value", Values: [value] },
  ];
  for await (const page of paginateDescribeTags({ client }, { Filters })) {
    for (const { ResourceId: id = "" } of page.Tags ?? [])
      tagged.push({ id, because: `tag ${key}=${value}` });
  }
  return tagged;
}

async function findingsOfKind(
  client: EC2Client,
  kind: Ec2Kind,
  scope: CensusScope,
  tagged: readonly Tagged[],
): Promise<CensusFinding[]> {
  const found = new Map<string, string>();
  const look = async (filters: Filter[], reason: (id: string) => string): Promise<void> => {
    for (const { id, gone = false } of await kind.list(client, filters)) {
      if (!gone && !found.has(id)) found.set(id, reason(id));
    }
  };
  const reasons = new Map(
    tagged.filter(({ id }) => id.startsWith(kind.prefix)).map(({ id, because }) => [id, because]),
  );
  if (kind.idFilter === undefined) {
    for (const [key, value] of ownershipTags(scope)) {
      await look([{ Name: `tag:${key}`, Values: [value] }], () => `tag ${key}=${value}`);
    }
  } else if (reasons.size > 0) {
    await look([{ Name: kind.idFilter, Values: [...reasons.keys()] }], (id) => reasons.get(id) ?? "its tags");
  }
  if (kind.vpcFilter !== undefined && scope.vpcIds.length > 0) {
    await look(
      [{ Name: kind.vpcFilter, Values: [...scope.vpcIds] }],
      () => `inside ${scope.vpcIds.join(", ")}`,
    );
  }
  return [...found].map(([id, reason]) => ({ type: `ec2:${kind.type}`, id, because: reason }));
}
