import assert from "node:assert/strict";
import { eventually } from "../cluster.ts";
import { madeInAws } from "../evidence.ts";
import { database, widget, widgetKind, widgetOperator, withBalancedApplication } from "../manifests.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  number: 30,
  title: "the engine is killed at every wave, and run again",
  files: (sandbox) => ({
    ...withBalancedApplication(sandbox),
    "platform/services/widget-operator.yaml": widgetOperator,
    "platform/service-configs/widget.yaml": widget("widgets/configured", 2),
    "apps/app-a/orders.yaml": database("app-a/orders"),
  }),
  plant: async (sandbox) => {
    await madeInAws(sandbox, "load-balancer", 1);
    await sandbox.cluster.until(
      `${widgetKind} widgets/configured`,
      "is held",
      (found) => (found?.metadata.finalizers ?? []).length > 0,
    );
  },
  present: async ({ cluster }) => {
    const syncs = await cluster.list("kustomize.toolkit.fluxcd.io/v1", "Kustomization");
    assert.ok(syncs.length > 4, `there are only ${syncs.length} Kustomizations`);
  },
  // The first wave of a run is what the last one was killed in; at the second it is killed itself.
  meanwhile: async ({ notes }, { ended, events, kill }) => {
    const before = events().length;
    const second = (): boolean =>
      events()
        .slice(before)
        .some((event) => event.type === "wave-started" && event.wave === 2);
    await eventually("a second wave", () => Promise.resolve(ended.aborted || second()), 600_000);
    if (!second()) return;
    notes.set("kills", String(Number(notes.get("kills") ?? 0) + 1));
    kill();
  },
  repeats: true,
  check: ({ notes }) => {
    const kills = Number(notes.get("kills") ?? 0);
    assert.ok(kills >= 3, `it was killed only ${kills} times`);
  },
};
