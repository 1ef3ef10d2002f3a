import assert from "node:assert/strict";
import type { Address } from "../cluster.ts";
import { requireFinalizer, requireOrder } from "../evidence.ts";
import { developmentWithout, widget, widgetFinalizer, widgetKind, widgetOperator } from "../manifests.ts";
import type { Scenario } from "../scenario.ts";

const one: Address = `${widgetKind} app-a/one`;

export const scenario: Scenario = {
  number: 8,
  title: "no dependsOn anywhere, and objects of a kind that a release brings",
  files: () => ({
    ...developmentWithout("dependsOn"),
    "platform/services/widget-operator.yaml": widgetOperator,
    "apps/app-a/widget.yaml": widget("app-a/one"),
  }),
  plant: async ({ cluster }) => {
    await cluster.until(one, "is held", (found) => (found?.metadata.finalizers ?? []).length > 0);
  },
  present: async (sandbox) => {
    await requireFinalizer(sandbox, one, widgetFinalizer);
    const syncs = await sandbox.cluster.list("kustomize.toolkit.fluxcd.io/v1", "Kustomization");
    assert.ok(syncs.length > 4, `there are only ${syncs.length} Kustomizations`);
    for (const { spec, metadata } of syncs) assert.equal(spec?.["dependsOn"], undefined, metadata.name);
  },
  check: (_sandbox, { events }) => {
    requireOrder(
      events,
      "Kustomization.kustomize.toolkit.fluxcd.io flux-system/apps",
      "Kustomization.kustomize.toolkit.fluxcd.io flux-system/platform-services",
    );
  },
};
