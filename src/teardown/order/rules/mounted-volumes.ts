/** Workloads go before the claims that their pods mount: a claim in use is not deleted (`kubernetes.io/pvc-protection`). */
import type { Facts } from "../facts.ts";
import { objectsOf } from "../../inventory/inventory.ts";
import { append } from "../../../multimap.ts";
import { objectId, type ObjectId } from "../../inventory/object-id.ts";
import type { Requirement } from "../requirements.ts";

export function mountedVolumes({ inventory }: Facts): Requirement[] {
  const byTemplate = claimsByPrefix();
  return objectsOf(inventory, "workload").flatMap(({ id, namespace, detail }) => {
    const named = detail.claims.map((name) =>
      objectId({ group: "", kind: "PersistentVolumeClaim", namespace, name }),
    );
    const made = detail.claimPrefixes.flatMap((prefix) => byTemplate.get(`${namespace}/${prefix}`) ?? []);
    return [...new Set([...named, ...made])].map((claim) => ({
      before: id,
      after: claim,
      reason: { rule: "mounted-volume" },
    }));
  });

  /** A StatefulSet numbers the claims of a template: `<template>-<name>-<ordinal>`. */
  function claimsByPrefix(): Map<string, ObjectId[]> {
    const claims = new Map<string, ObjectId[]>();
    for (const { id, namespace, name } of objectsOf(inventory, "claim")) {
      const [, prefix] = /^(.*-)\d+$/.exec(name) ?? [];
      if (prefix === undefined) continue;
      append(claims, `${namespace}/${prefix}`, id);
    }
    return claims;
  }
}
