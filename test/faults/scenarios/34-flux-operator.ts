import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { requireFinalizer } from "../evidence.ts";
import type { Address } from "../cluster.ts";
import type { Sandbox } from "../sandbox.ts";
import type { Destroying, Scenario } from "../scenario.ts";

const instance: Address = "fluxcd.controlplane.io/v1 FluxInstance flux-system/flux";
const finalizer = "fluxcd.controlplane.io/finalizer";

const definition = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: fluxinstances.fluxcd.controlplane.io }
spec:
  group: fluxcd.controlplane.io
  names: { plural: fluxinstances, kind: FluxInstance }
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } }
`;

/** Its operator uninstalls Flux when it is deleted, and takes the finalizers of everything that Flux still has to prune. */
export const scenario: Scenario = {
  number: 34,
  title: "an instance of flux-operator, whose deletion uninstalls Flux",
  files: () => ({ "platform/services/flux-operator.yaml": definition }),
  plant: ({ cluster }) =>
    cluster.apply(`
apiVersion: fluxcd.controlplane.io/v1
kind: FluxInstance
metadata: { name: flux, namespace: flux-system, finalizers: [${finalizer}] }
spec: {}
`),
  present: (sandbox) => requireFinalizer(sandbox, instance, finalizer),
  meanwhile: pausedUntilDrained,
  check: (sandbox, { events }) => {
    assert.equal(sandbox.notes.get("paused"), "disabled");
    const deleted = events.flatMap((event) => (event.type === "deleting" ? [event.id] : []));
    assert.ok(!deleted.some((id) => id.includes("FluxInstance") || id.includes("platform-services")));
  },
};

async function pausedUntilDrained(sandbox: Sandbox, { ended, events }: Destroying): Promise<void> {
  while (!ended.aborted && !events().some(({ type }) => type === "ended")) {
    const found = await sandbox.cluster.read(instance).catch(() => undefined);
    const { annotations } = (found?.metadata ?? {}) as { annotations?: Record<string, string> };
    const paused = annotations?.["fluxcd.controlplane.io/reconcile"];
    if (paused !== undefined) sandbox.notes.set("paused", paused);
    await sleep(200);
  }
}
