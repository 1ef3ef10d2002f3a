/** KMS keys and their aliases. */
import type { AliasArgs, AliasState, KeyArgs, KeyState } from "@pulumi/aws/kms/index.js";
import type { CreateKeyCommandInput } from "@aws-sdk/client-kms";
import { awsResource } from "./resource.ts";
import { kmsTagging } from "./tags.ts";

/** Days until a key whose deletion is scheduled is gone, unless the program says otherwise. */
const defaultDeletionWindow = 30;

export const key = awsResource<KeyArgs, KeyState>({
  noun: "KMS Key",
  properties: {
    description: ["kept"],
    deletionWindowInDays: [],
    enableKeyRotation: [],
    keyUsage: ["replaces"],
    customerMasterKeySpec: ["replaces"],
    multiRegion: ["replaces"],
    policy: ["document", "kept"],
  },
  outputs: ["arn", "keyId"],
  tagging: kmsTagging,

  create: async (operation, inputs) => {
    const { kms } = operation.aws;
    // A role that was just made and is named in the policy is not known everywhere at once.
    const answer = await operation.retry(
      "the principals of the key's policy",
      2,
      /MalformedPolicyDocument/,
      () =>
        kms.createKey({
          Description: inputs.description,
          KeyUsage: inputs.keyUsage as CreateKeyCommandInput["KeyUsage"],
          KeySpec: inputs.customerMasterKeySpec as CreateKeyCommandInput["KeySpec"],
          Policy: inputs.policy,
          MultiRegion: inputs.multiRegion,
          Tags: Object.entries(inputs.tagsAll ?? {}).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
        }),
    );
    const KeyId = answer.KeyMetadata?.KeyId ?? "";
    if (inputs.enableKeyRotation) await kms.enableKeyRotation({ KeyId });
    return KeyId;
  },

  read: async ({ aws }, id) => {
    const { KeyMetadata: found } = await aws.kms.describeKey({ KeyId: id });
    // The real provider takes a key that waits for its deletion for a deleted one.
    if (!found || found.KeyState === "PendingDeletion") return undefined;
    const KeyId = found.KeyId ?? id;
    const [rotation, policy, tags] = await Promise.all([
      aws.kms.getKeyRotationStatus({ KeyId }),
      aws.kms.getKeyPolicy({ KeyId, PolicyName: "default" }),
      aws.kms.listResourceTags({ KeyId }),
    ]);
    return {
      arn: found.Arn,
      keyId: KeyId,
      description: found.Description,
      keyUsage: found.KeyUsage,
      customerMasterKeySpec: found.KeySpec,
      multiRegion: found.MultiRegion,
      enableKeyRotation: rotation.KeyRotationEnabled,
      policy: policy.Policy,
      tags: Object.fromEntries(
        (tags.Tags ?? []).map(({ TagKey, TagValue }) => [TagKey ?? "", TagValue ?? ""]),
      ),
    };
  },

  update: async ({ aws: { kms } }, KeyId, news, { has }) => {
    if (has("description")) await kms.updateKeyDescription({ KeyId, Description: news.description ?? "" });
    if (has("policy") && news.policy) {
      await kms.putKeyPolicy({ KeyId, PolicyName: "default", Policy: news.policy });
    }
    if (has("enableKeyRotation")) {
      await (news.enableKeyRotation ? kms.enableKeyRotation({ KeyId }) : kms.disableKeyRotation({ KeyId }));
    }
  },

  delete: async ({ aws }, KeyId, { deletionWindowInDays }) => {
    const { KeyMetadata } = await aws.kms.describeKey({ KeyId });
    if (KeyMetadata?.KeyState === "PendingDeletion") return;
    const PendingWindowInDays = deletionWindowInDays ?? defaultDeletionWindow;
    await aws.kms.scheduleKeyDeletion({ KeyId, PendingWindowInDays });
  },
});

export const alias = awsResource<AliasArgs, AliasState>({
  noun: "KMS Alias",
  properties: { name: ["replaces"], targetKeyId: ["required"] },
  outputs: ["arn", "targetKeyArn"],
  autoName: { property: "name", prefix: "alias/", maxLength: 256 },

  create: async ({ aws }, { name = "", targetKeyId }) => {
    await aws.kms.createAlias({ AliasName: name, TargetKeyId: targetKeyId });
    return name;
  },

  read: async ({ aws }, id, { targetKeyId }) => {
    const { KeyMetadata } = await aws.kms.describeKey({ KeyId: id });
    const { KeyId, Arn } = KeyMetadata ?? {};
    return {
      arn: Arn?.replace(/:key\/.*$/, `:${id}`),
      name: id,
      // The program may name the key by its ARN.
      targetKeyId: targetKeyId === Arn ? Arn : KeyId,
      targetKeyArn: Arn,
    };
  },

  update: async ({ aws }, id, { targetKeyId }) => {
    await aws.kms.updateAlias({ AliasName: id, TargetKeyId: targetKeyId });
  },

  delete: ({ aws }, id) => aws.kms.deleteAlias({ AliasName: id }),
});
