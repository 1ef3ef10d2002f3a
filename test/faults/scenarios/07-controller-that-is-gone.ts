import assert from "node:assert/strict";
import type { Address } from "../cluster.ts";
import { requireFinalizer, requireForced } from "../evidence.ts";
import { scaledObject, withKeda } from "../manifests.ts";
import type { Scenario } from "../scenario.ts";

const orphan: Address = "keda.sh/v1alpha1 ScaledObject app-a/orphan";
const operator: Address = "apps/v1 Deployment keda/keda-operator";
const finalizer = "finalizer.keda.sh";

export const scenario: Scenario = {
  number: 7,
  title: "a custom object whose controller does not run any more",
  settings: withKeda,
  plant: async ({ cluster }) => {
    await cluster.apply(scaledObject("app-a/orphan"));
    await cluster.until(
      orphan,
      "is held",
      (found) => found?.metadata.finalizers?.includes(finalizer) === true,
    );
    await cluster.scale(operator, 0);
    await cluster.until(operator, "has no pod", (found) => !found?.status?.["readyReplicas"]);
  },
  present: async (sandbox) => {
    await requireFinalizer(sandbox, orphan, finalizer);
    const { spec } = await sandbox.cluster.get(operator);
    assert.equal(spec?.["replicas"], 0);
  },
  choices: { SDLC_TEARDOWN_DEADLINE: "10" },
  stops: {
    says: [/ScaledObject app-a\/orphan/, /finalizer\.keda\.sh/, /keda\/keda/, /SDLC_TEARDOWN_ON_STUCK=force/],
    remedy: () => Promise.resolve({ SDLC_TEARDOWN_ON_STUCK: "force" }),
  },
  check: (_sandbox, { events }) => {
    requireForced(events, "ScaledObject.keda.sh app-a/orphan");
  },
};
