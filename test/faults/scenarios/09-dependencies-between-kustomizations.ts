import assert from "node:assert/strict";
import type { Address } from "../cluster.ts";
import { requireFinalizer, requireOrder } from "../evidence.ts";
import { widget, widgetFinalizer, widgetKind, widgetOperator } from "../manifests.ts";
import type { Scenario } from "../scenario.ts";

const configured: Address = `${widgetKind} widgets/configured`;
const kustomization = "kustomize.toolkit.fluxcd.io/v1 Kustomization flux-system";

export const scenario: Scenario = {
  number: 9,
  title: "dependsOn between Kustomizations, which pruning ignores",
  files: () => ({
    "platform/services/widget-operator.yaml": widgetOperator,
    // Longer than an operator lives that is pruned at the same time.
    "platform/service-configs/widget.yaml": widget("widgets/configured", 5),
  }),
  plant: async ({ cluster }) => {
    await cluster.until(configured, "is held", (found) => (found?.metadata.finalizers ?? []).length > 0);
  },
  present: async (sandbox) => {
    await requireFinalizer(sandbox, configured, widgetFinalizer);
    const { spec } = await sandbox.cluster.get(`${kustomization}/platform-service-configs`);
    assert.deepEqual(spec?.["dependsOn"], [{ name: "platform-services" }]);
  },
  check: (_sandbox, { events }) => {
    const id = (name: string): string => `Kustomization.kustomize.toolkit.fluxcd.io flux-system/${name}`;
    requireOrder(events, id("apps"), id("platform-service-configs"));
    requireOrder(events, id("platform-service-configs"), id("platform-services"));
    requireOrder(events, id("platform-services"), id("platform-configs"));
  },
};
