/** Tags of everything that EKS gives an ARN, and the list of those things. */
import type * as sdk from "@aws-sdk/client-eks";
import { AwsFault, type CensusEntry } from "../gateway/types.ts";
import type { ClusterRecord, EksContext, Operation } from "./context.ts";
import { invalidParameter } from "./faults.ts";

type Tags = Record<string, string>;

interface Resource {
  readonly type: string;
  readonly arn: string;
  readonly tags: Tags;
}

function resourcesOf(record: ClusterRecord): Resource[] {
  const { cluster, nodeGroups, addons, accessEntries, associations } = record;
  const found: Resource[] = [{ type: "eks-cluster", ...cluster }];
  for (const { group } of nodeGroups.values()) {
    found.push({ type: "eks-nodegroup", arn: group.nodegroupArn, tags: group.tags });
  }
  for (const { addonArn, tags } of addons.values()) found.push({ type: "eks-addon", arn: addonArn, tags });
  for (const { entry } of accessEntries.values()) {
    found.push({ type: "eks-access-entry", arn: entry.accessEntryArn, tags: entry.tags });
  }
  for (const { association, deleted } of associations.values()) {
    const { associationArn: arn, tags } = association;
    if (!deleted) found.push({ type: "eks-pod-identity-association", arn, tags });
  }
  return found;
}

/** Everything that the service holds; the tags are the live objects. */
export function census(eks: EksContext): CensusEntry[] {
  return [...eks.clusters.values()].flatMap((record) =>
    resourcesOf(record).map(({ type, arn: id, tags }): CensusEntry => {
      const { vpcId } = record.cluster.resourcesVpcConfig;
      return { type, id, region: eks.region, status: "live", tags: { ...tags }, vpcId };
    }),
  );
}

function problem(tags: Tags): string | undefined {
  const entries = Object.entries(tags);
  if (entries.length > 50) return "A resource can have at most 50 tags";
  const bad = entries.find(([key, value]) => key.length < 1 || key.length > 128 || value.length > 256);
  if (bad) return `Tag ${bad[0]}: a key has 1 to 128 characters, a value at most 256`;
  const reserved = entries.find(([key]) => key.toLowerCase().startsWith("aws:"));
  return reserved && `Tag ${reserved[0]}: keys that begin with aws: are reserved`;
}

/** Tags of a create request; throws InvalidParameterException. */
export function checkTags(tags: Tags = {}): Tags {
  const wrong = problem(tags);
  if (wrong !== undefined) throw invalidParameter(wrong);
  return { ...tags };
}

function tagsOf(eks: EksContext, wanted = ""): Tags {
  const found = [...eks.clusters.values()].flatMap(resourcesOf).find(({ arn }) => arn === wanted);
  if (!found) throw new AwsFault("NotFoundException", 404, `No resource found for ARN: ${wanted}`);
  return found.tags;
}

export const listTagsForResource: Operation<sdk.ListTagsForResourceCommandInput> = (eks, input) => ({
  tags: tagsOf(eks, input.resourceArn),
});

export const tagResource: Operation<sdk.TagResourceCommandInput> = (eks, input) => {
  const tags = tagsOf(eks, input.resourceArn);
  const wrong = problem({ ...tags, ...input.tags });
  if (wrong !== undefined) throw new AwsFault("BadRequestException", 400, wrong);
  Object.assign(tags, input.tags);
  return {};
};

export const untagResource: Operation<sdk.UntagResourceCommandInput> = (eks, input) => {
  const tags = tagsOf(eks, input.resourceArn);
  for (const key of input.tagKeys ?? []) Reflect.deleteProperty(tags, key);
  return {};
};
