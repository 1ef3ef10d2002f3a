/** Rights, as far as they tell which controller looks after which kind, and which accounts can still act. */
import { objectId, type ObjectIdentity } from "./object-id.ts";
import type { BindingDetail, RoleDetail } from "./detail.ts";
import { list, text, texts } from "../../fields.ts";

const writes = ["*", "update", "patch"];

/**
 * Writing a kind's status or finalizers is what a controller does, and what the roles made for people leave out. A rule
 * for all groups or all resources says nothing about any one of them.
 */
export function readRole(_identity: ObjectIdentity, manifest: unknown): RoleDetail {
  const controls = list(manifest, "rules").flatMap((rule) => {
    if (!texts(rule, "verbs").some((verb) => writes.includes(verb))) return [];
    const plurals = texts(rule, "resources").flatMap((resource) => {
      const [plural = "", part] = resource.split("/");
      return plural !== "*" && (part === "status" || part === "finalizers") ? [plural] : [];
    });
    const groups = texts(rule, "apiGroups").filter((group) => group !== "*" && group !== "");
    return groups.flatMap((group) => plurals.map((plural) => `${plural}.${group}`));
  });
  return { type: "role", controls: [...new Set(controls)] };
}

export function readBinding({ namespace }: ObjectIdentity, manifest: unknown): BindingDetail {
  return {
    type: "binding",
    accounts: list(manifest, "subjects").flatMap((subject) => {
      const name = text(subject, "name");
      if (text(subject, "kind") !== "ServiceAccount" || name === undefined) return [];
      const home = text(subject, "namespace") ?? namespace;
      return [objectId({ group: "", kind: "ServiceAccount", namespace: home, name })];
    }),
  };
}
