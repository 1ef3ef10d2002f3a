/** EC2 and VPC objects of a stack. */
import { EC2Client, paginateDescribeTags, type Filter } from "@aws-sdk/client-ec2";
import { keptTag } from "../../src/tags.ts";
import { clientSettings } from "./client-settings.ts";
import { ec2Kinds, type Ec2Kind } from "./ec2-kinds.ts";
import { batchesOf, filterValues } from "../aws/in-batches.ts";
import { ownershipTags, type CensusScope, type ShownFinding, type Tags } from "./scope.ts";

interface Tagged {
  readonly id: string;
  readonly because: string;
}

/**
 * Everything that carries one of the stack's tags or lies in one of its VPCs. DescribeTags still names objects
 * that are gone, so each is looked up again by its id.
 */
export async function ec2Findings(scope: CensusScope): Promise<ShownFinding[]> {
  const client = new EC2Client(clientSettings(scope));
  try {
    const tagged = (
      await Promise.all(ownershipTags(scope).map(([key, value]) => taggedObjects(client, key, value)))
    )
      .flat()
      // Of several tags the stack's own says it best: the last one is the one that counts.
      .reverse();
    return (await Promise.all(ec2Kinds.map((kind) => findingsOfKind(client, kind, scope, tagged)))).flat();
  } finally {
    client.destroy();
  }
}

/** What a destroy leaves on purpose: a volume that it was told to keep, and every snapshot, which is a backup. */
function reasonToKeep(type: string, tags: Tags): string | undefined {
  if (type !== "ec2:volume" && type !== "ec2:snapshot") return undefined;
  const backup = type === "ec2:snapshot" ? "a snapshot is a backup, which no sweep deletes" : undefined;
  return tags[keptTag] ?? backup;
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
): Promise<ShownFinding[]> {
  const found = new Map<string, ShownFinding>();
  const look = async (filters: Filter[], reason: (id: string) => string): Promise<void> => {
    for (const { id, gone = false, shown } of await kind.list(client, filters)) {
      if (gone || found.has(id)) continue;
      const type = `ec2:${kind.type}`;
      const kept = shown && reasonToKeep(type, shown.tags);
      found.set(id, {
        type,
        id,
        because: reason(id),
        ...(kept !== undefined && { kept }),
        ...(shown && { shown: { type, id, ...shown } }),
      });
    }
  };
  const reasons = new Map(
    tagged.filter(({ id }) => id.startsWith(kind.prefix)).map(({ id, because }) => [id, because]),
  );
  if (kind.idFilter === undefined) {
    for (const [key, value] of ownershipTags(scope)) {
      await look([{ Name: `tag:${key}`, Values: [value] }], () => `tag ${key}=${value}`);
    }
  } else {
    for (const Values of batchesOf([...reasons.keys()], filterValues)) {
      await look([{ Name: kind.idFilter, Values }], (id) => reasons.get(id) ?? "its tags");
    }
  }
  if (kind.vpcFilter !== undefined && scope.vpcIds.length > 0) {
    await look(
      [{ Name: kind.vpcFilter, Values: [...scope.vpcIds] }],
      () => `inside ${scope.vpcIds.join(", ")}`,
    );
  }
  return [...found.values()];
}
