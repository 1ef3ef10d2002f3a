/** KMS keys with their aliases. A destroy schedules the deletion of a key: AWS lets nobody delete one at once. */
import * as kms from "@aws-sdk/client-kms";
import type { AwsKind, Counted } from "../kind.ts";
import { ownedBecause, type Owner } from "../ownership.ts";
import { collect } from "../paging.ts";
import { Denied, whileThere } from "../refusals.ts";

export const kmsKeys: AwsKind = {
  type: "kms:key",
  noun: "KMS key",
  plural: "KMS keys",
  found: "its tags",
  count: async ({ aws: { kms: client }, scope }) => {
    const keys = await collect(kms.paginateListKeys({ client }, {}), (page) => page.Keys);
    const found: Counted[] = [];
    for (const { KeyId = "" } of keys) found.push(...(await keyAndAliases(client, scope, KeyId)));
    return found;
  },
};

async function keyAndAliases(client: kms.KMSClient, owner: Owner, id: string): Promise<Counted[]> {
  const tags = await readable(whileThere(client.send(new kms.ListResourceTagsCommand({ KeyId: id }))));
  const named = Object.fromEntries(
    (tags?.Tags ?? []).map(({ TagKey = "", TagValue = "" }) => [TagKey, TagValue]),
  );
  const because = ownedBecause(owner, named);
  if (because === undefined) return [];
  const described = await whileThere(client.send(new kms.DescribeKeyCommand({ KeyId: id })));
  if (described === undefined) return [];
  const { KeyMetadata } = described;
  if (KeyMetadata?.KeyState === "PendingDeletion") {
    const kept = `deletion is scheduled for ${KeyMetadata.DeletionDate?.toISOString().slice(0, 10) ?? "later"}`;
    return [{ type: "kms:key", id, because, kept }];
  }
  const aliases = await whileThere(client.send(new kms.ListAliasesCommand({ KeyId: id })));
  if (aliases === undefined) return [];
  return [
    { type: "kms:key", id, because },
    ...(aliases.Aliases ?? []).map(({ AliasName = "" }) => ({
      type: "kms:alias",
      id: AliasName,
      because: `points at key ${id}`,
    })),
  ];
}

/**
 * Undefined for a key of somebody else's, whose own policy lets nobody else read its tags. A caller that may read no key's tags has
 * asked nothing.
 */
async function readable<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Denied && error.byThing) return undefined;
    throw error;
  }
}
