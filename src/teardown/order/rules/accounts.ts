/**
 * What Flux does in the name of an account goes before the account and its rights: when they are gone, Flux logs it, prunes
 * nothing, and lets the object go (kustomize-controller `finalize`, helm-controller `reconcileReleaseDeletion`).
 */
import type { Facts } from "../facts.ts";
import { objectsOf } from "../../inventory/inventory.ts";
import { append } from "../../../multimap.ts";
import type { ObjectId } from "../../inventory/object-id.ts";
import type { Requirement } from "../requirements.ts";

export function accounts({ inventory }: Facts): Requirement[] {
  const bindings = new Map<ObjectId, ObjectId[]>();
  for (const { id, detail } of objectsOf(inventory, "binding")) {
    for (const account of detail.accounts) append(bindings, account, id);
  }
  return objectsOf(inventory, "kustomization", "helm-release").flatMap(({ id, detail }) => {
    const { account } = detail;
    if (account === undefined || detail.remote) return [];
    return [account, ...(bindings.get(account) ?? [])].map((after) => ({
      before: id,
      after,
      reason: { rule: "acts-as" as const, account },
    }));
  });
}
