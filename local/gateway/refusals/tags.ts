/** Rules for tags, which every service has and each words in its own way. */
import { ListRoleTagsCommand } from "@aws-sdk/client-iam";
import { ListResourceTagsCommand } from "@aws-sdk/client-kms";
import { ListTagsForResourceCommand } from "@aws-sdk/client-cloudwatch-logs";
import { AwsFault } from "../types.ts";
import type { Call, Refusal } from "./types.ts";

const maximum = { tags: 50, key: 128, value: 256 };

type Tags = ReadonlyMap<string, string>;

/** Error codes of a service: for a key or value, for the reserved prefix, for too many. */
interface TagWords {
  readonly invalid: string;
  readonly reserved: string;
  /** Absent where the emulator counts them itself. */
  readonly tooMany?: string;
  readonly tooManyStatus?: number;
}

/** Codes as the services' API references list them; the messages are close to what the services say. */
const words: Readonly<Record<string, TagWords>> = {
  ec2: { invalid: "InvalidParameterValue", reserved: "InvalidParameterValue" },
  elasticloadbalancing: { invalid: "ValidationError", reserved: "ValidationError", tooMany: "TooManyTags" },
  iam: {
    invalid: "ValidationError",
    reserved: "InvalidInput",
    tooMany: "LimitExceeded",
    tooManyStatus: 409,
  },
  kms: { invalid: "TagException", reserved: "TagException", tooMany: "LimitExceededException" },
  logs: {
    invalid: "InvalidParameterException",
    reserved: "InvalidParameterException",
    tooMany: "TooManyTagsException",
  },
};

/** The fault for tags that a resource of this service may not get; `existing` are those that it has. */
function tagFault(service: string, added: Tags, existing: Tags = new Map()): AwsFault | undefined {
  const said = words[service];
  if (!said) return undefined;
  for (const [key, value] of added) {
    if (key.toLowerCase().startsWith("aws:")) {
      return new AwsFault(
        said.reserved,
        400,
        `Tag keys starting with 'aws:' are reserved for internal use: '${key}'`,
      );
    }
    if (key.length < 1 || key.length > maximum.key) {
      return new AwsFault(said.invalid, 400, `Tag key '${key}' must have 1 to ${maximum.key} characters`);
    }
    if (value.length > maximum.value) {
      return new AwsFault(said.invalid, 400, `The value of tag '${key}' exceeds ${maximum.value} characters`);
    }
  }
  const own = [...existing.keys()].filter((key) => !key.startsWith("aws:"));
  if (!said.tooMany || new Set([...own, ...added.keys()]).size <= maximum.tags) return undefined;
  return new AwsFault(
    said.tooMany,
    said.tooManyStatus ?? 400,
    `A resource has at most ${maximum.tags} tags.`,
  );
}

/**
 * The tags of each list in the call: `Tag.1.Key`, `TagSpecification.1.Tag.1.Key` or `Tags.member.1.Key` with the
 * `.Value` beside it, or JSON.
 */
function addedTags({ form, json }: Call): Tags[] {
  const lists = new Map<string, Map<string, string>>();
  const add = (list: string, key: string, value: string): void => {
    lists.set(list, (lists.get(list) ?? new Map<string, string>()).set(key, value));
  };
  for (const [name, key] of form) {
    const list = /^(.*\.)?Tags?\.(member\.)?\d+\.Key$/.exec(name);
    if (list) add(list[1] ?? "", key, form.get(name.replace(/Key$/, "Value")) ?? "");
  }
  const body = json["Tags"] ?? json["tags"];
  if (Array.isArray(body)) {
    for (const tag of body as { TagKey?: string; TagValue?: string }[]) {
      add("", tag.TagKey ?? "", tag.TagValue ?? "");
    }
  } else if (typeof body === "object" && body !== null) {
    for (const [key, value] of Object.entries(body)) add("", key, String(value));
  }
  return [...lists.values()];
}

/** The tags that the resource has already, where the emulator does not count them itself. */
async function existingTags({ aws, service, action, form, json }: Call): Promise<Tags> {
  if (service === "iam" && action === "TagRole") {
    const input = { RoleName: form.get("RoleName") ?? "" };
    const { Tags: found } = await aws.iam.send(new ListRoleTagsCommand(input));
    return new Map(found?.map(({ Key: key, Value: value }) => [key ?? "", value ?? ""]));
  }
  if (service === "kms" && action === "TagResource") {
    const input = { KeyId: String(json["KeyId"]) };
    const { Tags: found } = await aws.kms.send(new ListResourceTagsCommand(input));
    return new Map(found?.map(({ TagKey: key, TagValue: value }) => [key ?? "", value ?? ""]));
  }
  if (service === "logs" && action === "TagResource") {
    const input = { resourceArn: String(json["resourceArn"]) };
    return new Map(Object.entries((await aws.logs.send(new ListTagsForResourceCommand(input))).tags ?? {}));
  }
  return new Map();
}

export const tagRefusals: readonly Refusal[] = Object.keys(words).map((service) => ({
  rule: `Tags of ${service}`,
  service,
  actions: ["*"],
  refuse: async (call) => {
    const added = addedTags(call);
    if (added.length === 0 || /^(Untag|Remove|Delete)/.test(call.action)) return undefined;
    // A resource that is not there has no tags; the service itself says that it is not there.
    const existing = await existingTags(call).catch(() => new Map<string, string>());
    return added.map((tags) => tagFault(call.service, tags, existing)).find((fault) => fault);
  },
}));
