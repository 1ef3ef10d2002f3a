import assert from "node:assert/strict";
import { isReady, type Address } from "../cluster.ts";
import { requireFinalizer, requireOrder } from "../evidence.ts";
import { scaledObject, withKeda } from "../manifests.ts";
import type { Scenario } from "../scenario.ts";

const scaler: Address = "keda.sh/v1alpha1 ScaledObject app-a/cpu-scaledobject";
const release: Address = "helm.toolkit.fluxcd.io/v2 HelmRelease keda/keda";

/** The example of the published process itself. */
export const scenario: Scenario = {
  number: 0,
  title: "an application's ScaledObject, and KEDA's release beside it",
  settings: withKeda,
  plant: async ({ cluster }) => {
    await cluster.apply(scaledObject("app-a/cpu-scaledobject"));
    await cluster.until(scaler, "is taken up by KEDA", isReady);
  },
  present: async (sandbox) => {
    await requireFinalizer(sandbox, scaler, "finalizer.keda.sh");
    assert.ok(isReady(await sandbox.cluster.get(release)), "KEDA is not there");
  },
  check: (_sandbox, { events }) => {
    requireOrder(
      events,
      "ScaledObject.keda.sh app-a/cpu-scaledobject",
      "HelmRelease.helm.toolkit.fluxcd.io keda/keda",
    );
  },
};
