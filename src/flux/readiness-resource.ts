/**
 * Waits until what Flux applies is ready, with a line in the resource's row for each step. It changes two things: what a
 * teardown that was abandoned has left suspended runs again, and a source that is behind shall look at once, as
 * `flux reconcile source` has it do. Its deletion has nothing to do.
 */
import { UserError } from "../errors.ts";
import { ClusterApi, faultText, noRetries } from "../kubernetes/api.ts";
import { pathOf } from "../kubernetes/discovery.ts";
import { Interrupted } from "../plugin/failures.ts";
import type { OperationContext, Properties, ResourceHandler } from "../plugin/implementation.ts";
import { mergePatchType } from "../teardown/drain/suspension.ts";
import { reconcileAnnotation } from "./api.ts";
import { fluxKinds, type FluxObject } from "./flux-objects.ts";
import { fluxObjects } from "./live-objects.ts";
import type { Expectation } from "./readiness.ts";
import { thaw } from "./thaw.ts";
import { waitForFlux } from "./wait-for-flux.ts";

interface ReadinessInputs extends Expectation {
  readonly kubeconfig: string;
  readonly timeoutMinutes: number;
}

const limits = {
  pause: 1_000,
  attempts: 3,
  patience: 40_000,
  longest: 240_000,
  commitPatience: 150_000,
  silence: 60_000,
};

export const readiness: ResourceHandler<undefined> = {
  inputs: ["kubeconfig", "required", "commits", "changes", "timeoutMinutes"],
  required: ["kubeconfig", "required", "commits", "timeoutMinutes"],
  outputs: ["readyObjects"],
  changedByUpdate: ["readyObjects"],
  create: async (context, inputs) => ({ id: context.name, outputs: await ready(context, inputs) }),
  update: (context, _resource, news) => ready(context, news),
  read: (_context, { id, inputs, outputs }) => Promise.resolve({ id, inputs, outputs }),
  delete: () => Promise.resolve(),
};

async function ready(context: OperationContext<undefined>, inputs: Properties): Promise<Properties> {
  const { kubeconfig, required, commits, timeoutMinutes } = inputs as unknown as ReadinessInputs;
  await thawAll(context, kubeconfig);
  const api = new ClusterApi(kubeconfig, context.signal, noRetries);
  try {
    const readyObjects = await waitForFlux({
      expectation: { required, commits },
      limits: { ...limits, timeout: context.timeoutSeconds(timeoutMinutes * 60) * 1000 },
      look: () => fluxObjects(api),
      nudge: (source) => lookAtOnce(api, source),
      status: context.status,
      signal: context.signal,
    });
    return { ...inputs, readyObjects };
  } finally {
    api.close();
  }
}

async function lookAtOnce(api: ClusterApi, { apiVersion, kind, metadata }: FluxObject): Promise<void> {
  const plural = fluxKinds.find((flux) => flux.kind === kind)?.plural ?? "";
  const annotations = { [reconcileAnnotation]: String(Date.now()) };
  const path = pathOf({ apiVersion, plural }, metadata);
  await api.send({ method: "PATCH", path, body: { metadata: { annotations } }, contentType: mergePatchType });
}

async function thawAll({ log, signal }: OperationContext<undefined>, kubeconfig: string): Promise<void> {
  const thawed = await thaw(kubeconfig, signal).catch((error: unknown) => {
    if (error instanceof Interrupted) throw error;
    throw new UserError({
      what: `Flux: the cluster could not be asked what a teardown has left suspended: ${faultText(error)}.`,
      remedy: "Look at the endpoint's allowedCidrs and at your AWS credentials, and run pulumi up again.",
    });
  });
  if (thawed.length === 0) return;
  const names = thawed.slice(0, 5).join(", ") + (thawed.length > 5 ? " …" : "");
  log("info", `${thawed.length} objects of Flux run again, which a teardown had suspended: ${names}.`);
}
