/** What will not go by itself as things are, why, and what to do: seen before anything is deleted. */
import {
  controllerKinds,
  controllerState,
  foreignFinalizers,
  knownControllers,
  type ControllerName,
} from "../external/controllers.ts";
import { finalizerController } from "../external/holdings.ts";
import type { ServiceReference } from "../inventory/detail.ts";
import { isFlux, objectsOf, type InventoryObject } from "../inventory/inventory.ts";
import { describeId, kindId, objectId, type ObjectId } from "../inventory/object-id.ts";
import { needsController, type Facts } from "../order/facts.ts";

export interface Stuck {
  readonly object: ObjectId;
  readonly problem:
    "being-deleted" | "controller-missing" | "controller-not-running" | "webhook" | "api-service";
  readonly finalizers: readonly string[];
  /** The controller that should act, as a person calls it. */
  readonly controller: string | undefined;
  /** What runs that controller, as far as it is in the cluster. */
  readonly workloads: readonly ObjectId[];
  readonly what: string;
  readonly remedy: string;
}

export function stuckNow(facts: Facts): Stuck[] {
  return [
    ...[...facts.inventory.objects.values()].flatMap((object) => waiting(facts, object) ?? []),
    ...webhooksWithoutService(facts),
    ...unavailableApis(facts),
  ];
}

export interface ResponsibleController {
  readonly title: string;
  readonly state: "running" | "not-running" | "missing" | "unknown";
  readonly workloads: readonly ObjectId[];
}

function waiting(facts: Facts, object: InventoryObject): Stuck | undefined {
  const { id, deletionTimestamp, finalizers } = object;
  const controller = responsible(facts, object);
  const name = describeId(id);
  const state = controller?.state;
  const common = {
    object: id,
    finalizers,
    controller: controller?.title,
    workloads: controller?.workloads ?? [],
  };
  const remedy = remedyFor(controller);
  if (deletionTimestamp !== undefined && finalizers.length > 0) {
    return beingDeleted(object, controller);
  }
  if (!needsController(facts, object) || (state !== "missing" && state !== "not-running")) return undefined;
  const what = `${name} needs ${controller?.title ?? ""} for its deletion, which ${stateText[state]}`;
  return { ...common, problem: `controller-${state}`, what, remedy };
}

/** Of an object that waits for its finalizers. */
export function beingDeleted(
  { id, deletionTimestamp, finalizers }: InventoryObject,
  controller: ResponsibleController | undefined,
): Stuck {
  const who =
    controller === undefined ? "" : `, which ${controller.title} lifts (${stateText[controller.state]})`;
  return {
    object: id,
    problem: "being-deleted",
    finalizers,
    controller: controller?.title,
    workloads: controller?.workloads ?? [],
    what: `${describeId(id)} is being deleted since ${deletionTimestamp ?? ""} and waits for ${finalizers.join(", ")}${who}`,
    remedy: remedyFor(controller),
  };
}

const stateText: Readonly<Record<ResponsibleController["state"], string>> = {
  running: "it runs",
  "not-running": "has no ready pod",
  missing: "is not in the cluster",
  unknown: "runs where it cannot be seen",
};

function remedyFor(controller: ResponsibleController | undefined): string {
  const force =
    "or let the teardown strip it after it has checked and swept AWS (SDLC_TEARDOWN_ON_STUCK=force, sandboxes only)";
  switch (controller?.state) {
    case "missing":
      return `Install ${controller.title} again for as long as the teardown lasts, ${force}.`;
    case "not-running":
      return `Look at the pods of ${controller.title} and at the nodes they need, ${force}.`;
    case "running":
      return `Look at the log of ${controller.title} and at the object's events: it says what AWS refuses.`;
    case "unknown":
    case undefined:
      return `Find out what sets this finalizer, and look at the object's events, ${force}.`;
  }
}

/** Of several controllers, the one in the worst state: the object waits for it. */
export function responsible(facts: Facts, object: InventoryObject): ResponsibleController | undefined {
  if (isFlux(object)) return ofFlux(facts, object);
  const names = [
    ...object.finalizers.map((finalizer) => finalizerController(object, finalizer)),
    ...(facts.holdings.get(object.id) ?? []).map(({ controller }) => controller),
  ].filter((name): name is ControllerName => name !== undefined);
  const known = [...new Set(names)].map((name) => ({
    title: knownControllers[name].title,
    state: controllerState(facts.controllers, name),
    workloads: (facts.controllers.workloads.get(name) ?? []).map(({ id }) => id),
  }));
  const worst = ["missing", "not-running", "unknown", "running"] as const;
  const found = worst.flatMap((state) => known.filter((controller) => controller.state === state)).at(0);
  return found ?? ofCustomKind(facts, object);
}

function ofFlux({ inventory }: Facts, { kind }: InventoryObject): ResponsibleController | undefined {
  const title = kind === "HelmRelease" ? "helm-controller" : "kustomize-controller";
  const found = objectsOf(inventory, "workload").filter(
    (workload) => workload.kind === "Deployment" && workload.name === title,
  );
  const workloads = found.map(({ id }) => id);
  if (found.length === 0) return { title, state: "missing", workloads };
  const running = found.some(({ detail }) => detail.ready > 0);
  return { title, state: running ? "running" : "not-running", workloads };
}

function ofCustomKind(facts: Facts, object: InventoryObject): ResponsibleController | undefined {
  const kind = kindId(object.group, object.kind);
  if (!facts.controllers.definitions.has(kind) || foreignFinalizers(object.finalizers).length === 0) {
    return undefined;
  }
  const deliveries = facts.controllers.deliveries.get(kind) ?? [];
  const title = `the controller of ${kind}`;
  if (deliveries.length === 0) return { title, state: "unknown", workloads: [] };
  const found = deliveries
    .flatMap((id) => facts.workloads.get(id) ?? [])
    .filter((workload) => controllerKinds.includes(workload.kind));
  const from = `from ${deliveries.map(describeId).join(", ")}`;
  if (found.length === 0) return { title: `${title} (${from})`, state: "missing", workloads: [] };
  // Which of them acts on the kind cannot be seen; one that does not run may be it.
  const idle = found.filter(({ detail }) => detail.ready === 0);
  const workloads = [...idle, ...found.filter((one) => !idle.includes(one))].map(({ id }) => id);
  if (idle.length === 0) return { title: `${title} (${from})`, state: "running", workloads };
  const names = idle.map(({ id }) => describeId(id)).join(", ");
  return { title: `${title} (${from}, by ${names})`, state: "not-running", workloads };
}

function webhooksWithoutService(facts: Facts): Stuck[] {
  return objectsOf(facts.inventory, "webhook").flatMap(({ id, detail, finalizers }) => {
    const broken = detail.webhooks.filter(
      ({ service, failsClosed }) => failsClosed && service !== undefined && !exists(facts, service),
    );
    const [first] = broken;
    if (first?.service === undefined) return [];
    const service = `${first.service.namespace}/${first.service.name}`;
    return {
      object: id,
      problem: "webhook" as const,
      finalizers,
      controller: undefined,
      workloads: [],
      what: `${describeId(id)} refuses requests: the service ${service} of its webhook ${first.name} is gone`,
      remedy: `kubectl delete ${detailKind(id)} ${id.split(" ")[1] ?? ""}, or let the teardown do it (SDLC_TEARDOWN_ON_STUCK=force, sandboxes only).`,
    };
  });
}

function unavailableApis(facts: Facts): Stuck[] {
  return objectsOf(facts.inventory, "api-service").flatMap(({ id, detail, finalizers, name }) => {
    const gone = detail.service !== undefined && !exists(facts, detail.service);
    if (detail.service === undefined || (detail.available && !gone)) return [];
    const why = gone
      ? `its service ${detail.service.namespace}/${detail.service.name} is gone`
      : detail.message;
    return {
      object: id,
      problem: "api-service" as const,
      finalizers,
      controller: undefined,
      workloads: [],
      what: `${describeId(id)} is not available: ${why}; no namespace can be deleted meanwhile`,
      remedy: `Mend its service, or kubectl delete apiservice ${name}, which the teardown does as well (SDLC_TEARDOWN_ON_STUCK=force, sandboxes only).`,
    };
  });
}

function detailKind(id: ObjectId): string {
  return (id.split(" ")[0] ?? "").split(".")[0]?.toLowerCase() ?? "";
}

function exists({ inventory }: Facts, { namespace, name }: ServiceReference): boolean {
  return inventory.objects.has(objectId({ group: "", kind: "Service", namespace, name }));
}
