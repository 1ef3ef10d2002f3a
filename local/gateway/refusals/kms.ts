import { DescribeKeyCommand, NotFoundException, type KeyMetadata } from "@aws-sdk/client-kms";
import { AwsFault } from "../types.ts";
import { refusalsOf, type Call, type Refusal } from "./types.ts";

async function key({ aws, json }: Call): Promise<KeyMetadata | undefined> {
  const id = json["KeyId"] ?? json["TargetKeyId"];
  if (typeof id !== "string") return undefined;
  try {
    return (await aws.kms.send(new DescribeKeyCommand({ KeyId: id }))).KeyMetadata;
  } catch (error) {
    if (error instanceof NotFoundException) return undefined;
    throw error;
  }
}

const refusal = refusalsOf("kms");

export const kmsRefusals: readonly Refusal[] = [
  refusal("ScheduleKeyDeletion outside 7 to 30 days", ["ScheduleKeyDeletion"], ({ json }) => {
    const days = Number(json["PendingWindowInDays"] ?? 30);
    const [bound, limit] = days < 7 ? ["greater", 7] : ["less", 30];
    const message = `1 validation error detected: Value '${days}' at 'pendingWindowInDays' failed to satisfy constraint: Member must have value ${bound} than or equal to ${limit}`;
    const allowed = days >= 7 && days <= 30;
    return Promise.resolve(allowed ? undefined : new AwsFault("ValidationException", 400, message));
  }),
  // The actions are from the table of key states in the KMS developer guide.
  refusal(
    "Use of a key whose deletion is pending",
    [
      "CreateAlias",
      "CreateGrant",
      "Decrypt",
      "DisableKey",
      "DisableKeyRotation",
      "EnableKey",
      "EnableKeyRotation",
      "Encrypt",
      "GenerateDataKey",
      "GenerateDataKeyWithoutPlaintext",
      "ScheduleKeyDeletion",
      "TagResource",
      "UntagResource",
      "UpdateKeyDescription",
    ],
    async (call) => {
      const found = await key(call);
      if (found?.KeyState !== "PendingDeletion") return undefined;
      return new AwsFault("KMSInvalidStateException", 400, `${found.Arn ?? ""} is pending deletion.`);
    },
  ),
];
