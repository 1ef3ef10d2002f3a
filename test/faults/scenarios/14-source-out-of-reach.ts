import assert from "node:assert/strict";
import { conditionOf, type Address } from "../cluster.ts";
import { madeInAws } from "../evidence.ts";
import { withBalancedApplication } from "../manifests.ts";
import type { Scenario } from "../scenario.ts";

const names = ["flux-system", "platform"] as const;
const sourceOf = (name: string): Address => `source.toolkit.fluxcd.io/v1 GitRepository flux-system/${name}`;
const secrets: readonly Address[] = [
  "v1 Secret flux-system/flux-system",
  "v1 Secret flux-system/platform-repository",
];

export const scenario: Scenario = {
  number: 14,
  title: "Git does not let Flux in any more",
  files: withBalancedApplication,
  plant: async (sandbox) => {
    const { cluster } = sandbox;
    await madeInAws(sandbox, "load-balancer", 1);
    const password = Buffer.from("revoked").toString("base64");
    for (const secret of secrets) {
      if ((await cluster.read(secret)) !== undefined) await cluster.patch(secret, { data: { password } });
    }
    for (const name of names) {
      const annotations = { "reconcile.fluxcd.io/requestedAt": new Date().toISOString() };
      await cluster.patch(sourceOf(name), { metadata: { annotations } });
      await cluster.until(
        sourceOf(name),
        "is refused",
        (found) => conditionOf(found, "Ready")?.status === "False",
      );
    }
  },
  present: async ({ cluster }) => {
    for (const name of names) {
      const condition = conditionOf(await cluster.get(sourceOf(name)), "Ready");
      assert.match(condition?.message ?? "", /auth|40[134]|not found/i);
    }
  },
};
