/** KMS keys and aliases of a stack. */
import * as kms from "@aws-sdk/client-kms";
import { clientSettings } from "./client-settings.ts";
import { whileThere } from "../aws/gone.ts";
import { ownedBecause, type CensusFinding, type CensusScope } from "./scope.ts";

export async function kmsFindings(scope: CensusScope): Promise<CensusFinding[]> {
  const client = new kms.KMSClient(clientSettings(scope));
  const found: CensusFinding[] = [];
  try {
    for await (const page of kms.paginateListKeys({ client }, {})) {
      for (const { KeyId = "" } of page.Keys ?? []) found.push(...(await keyFindings(client, scope, KeyId)));
    }
    return found;
  } finally {
    client.destroy();
  }
}

async function keyFindings(client: kms.KMSClient, scope: CensusScope, id: string): Promise<CensusFinding[]> {
  const tags = await readable(whileThere(client.send(new kms.ListResourceTagsCommand({ KeyId: id }))));
  const named = Object.fromEntries(
    (tags?.Tags ?? []).map(({ TagKey = "", TagValue = "" }) => [TagKey, TagValue]),
  );
  const because = ownedBecause(scope, named);
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
 * Undefined for a key that is gone, and for one of somebody else's, whose own policy lets nobody else read its tags. AWS says which policy
 * refuses; a caller that may read no key's tags has asked nothing.
 */
async function readable<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    const refused = error instanceof Error && error.name === "AccessDeniedException";
    if (refused && error.message.includes("resource-based policy")) return undefined;
    throw error;
  }
}
