/** Tags in the shapes of the services, and how each service changes them. */
import type { Aws, Tags } from "./configuration.ts";

export interface Tagging {
  /** `outputs` are those of the resource: some services tag by ARN, some by name. */
  set(aws: Aws, id: string, outputs: Readonly<Record<string, unknown>>, tags: Tags): Promise<unknown>;
  remove(aws: Aws, id: string, outputs: Readonly<Record<string, unknown>>, keys: string[]): Promise<unknown>;
}

interface ListedTag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

export function tagList(tags: Tags | undefined): { Key: string; Value: string }[] {
  return Object.entries(tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
}

export function tagMap(tags: readonly ListedTag[] | undefined): Tags {
  return Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""]));
}

/** Tags that AWS itself sets are not the program's: their keys start with `aws:`. */
export function ownTags(tags: Tags): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !key.startsWith("aws:")));
}

/** EC2's form for tagging something as it is created. */
export function tagSpecifications<Type extends string>(
  ResourceType: Type,
  tags: Tags | undefined,
): { ResourceType: Type; Tags: { Key: string; Value: string }[] }[] {
  const Tags = tagList(tags);
  return Tags.length > 0 ? [{ ResourceType, Tags }] : [];
}

const arnOf = (outputs: Readonly<Record<string, unknown>>): string =>
  String(outputs["arn"] ?? outputs["accessEntryArn"] ?? outputs["associationArn"]);

export const ec2Tagging: Tagging = {
  set: (aws, id, _, tags) => aws.ec2.createTags({ Resources: [id], Tags: tagList(tags) }),
  remove: (aws, id, _, keys) => aws.ec2.deleteTags({ Resources: [id], Tags: keys.map((Key) => ({ Key })) }),
};

export const eksTagging: Tagging = {
  set: (aws, _, outputs, tags) => aws.eks.tagResource({ resourceArn: arnOf(outputs), tags: { ...tags } }),
  remove: (aws, _, outputs, tagKeys) => aws.eks.untagResource({ resourceArn: arnOf(outputs), tagKeys }),
};

export const logsTagging: Tagging = {
  set: (aws, _, outputs, tags) => aws.logs.tagResource({ resourceArn: arnOf(outputs), tags: { ...tags } }),
  remove: (aws, _, outputs, tagKeys) => aws.logs.untagResource({ resourceArn: arnOf(outputs), tagKeys }),
};

export const kmsTagging: Tagging = {
  set: (aws, KeyId, _, tags) =>
    aws.kms.tagResource({
      KeyId,
      Tags: Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
    }),
  remove: (aws, KeyId, _, TagKeys) => aws.kms.untagResource({ KeyId, TagKeys }),
};

export const roleTagging: Tagging = {
  set: (aws, RoleName, _, tags) => aws.iam.tagRole({ RoleName, Tags: tagList(tags) }),
  remove: (aws, RoleName, _, TagKeys) => aws.iam.untagRole({ RoleName, TagKeys }),
};

export const openIdConnectTagging: Tagging = {
  set: (aws, OpenIDConnectProviderArn, _, tags) =>
    aws.iam.tagOpenIDConnectProvider({ OpenIDConnectProviderArn, Tags: tagList(tags) }),
  remove: (aws, OpenIDConnectProviderArn, _, TagKeys) =>
    aws.iam.untagOpenIDConnectProvider({ OpenIDConnectProviderArn, TagKeys }),
};
