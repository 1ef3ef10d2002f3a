/** Who should have acted on an object that is stuck, whether that controller runs, and what it said last. */
import type { Facts } from "../order/facts.ts";
import { isFlux, type Inventory, type InventoryObject } from "../inventory/inventory.ts";
import { describeId, type ObjectId } from "../inventory/object-id.ts";
import { list, text } from "../../fields.ts";
import { beingDeleted, responsible, type ResponsibleController, type Stuck } from "../plan/stuck.ts";
import type { ClusterApi } from "../../kubernetes/api.ts";
import type { DrainContext } from "./context.ts";
import type { Waiting } from "./unblock.ts";

/** For each of these, the cluster is asked for logs and events. */
const askedAtMost = 10;
const logLines = "200";
const longestLine = 300;

/**
 * @param before what was known when the teardown began.
 * @param now what is there now.
 */
export async function diagnose(
  { api }: DrainContext,
  before: Facts,
  now: Facts,
  waiting: readonly Waiting[],
): Promise<Stuck[]> {
  return Promise.all(
    // What goes along with something is stuck by itself only if it has finalizers.
    [...waiting]
      .sort((a, b) => rank(a) - rank(b))
      .map(async ({ object, refusal }, index) => {
        const controller = controllerNow(before, now, object);
        const stuck =
          refusal !== undefined
            ? {
                ...nothingMoves(object),
                what: `${describeId(object.id)} cannot be deleted: ${refusal.message}`,
              }
            : object.deletionTimestamp !== undefined && object.finalizers.length > 0
              ? beingDeleted(object, controller)
              : nothingMoves(object);
        if (index >= askedAtMost) return stuck;
        const [condition, event, line] = await Promise.all([
          conditionOf(api, object),
          lastEvent(api, object),
          lastLine(api, now.inventory, controller, object),
        ]);
        return { ...stuck, what: [stuck.what, condition, event, line].filter(Boolean).join("; ") };
      }),
  );
}

function rank({ object }: Waiting): number {
  return object.finalizers.length > 0 ? 0 : 1;
}

function nothingMoves({ id, deletionTimestamp, finalizers }: InventoryObject): Stuck {
  const since =
    deletionTimestamp === undefined ? "was to be deleted" : `is being deleted since ${deletionTimestamp}`;
  return {
    object: id,
    problem: "being-deleted",
    finalizers,
    controller: undefined,
    workloads: [],
    what: `${describeId(id)} ${since}, and is still there`,
    remedy: "Look at the object and its events (kubectl describe).",
  };
}

/** What brought a controller may be gone, and its name with it: then what was known before says who it was. */
function controllerNow(
  before: Facts,
  now: Facts,
  object: InventoryObject,
): ResponsibleController | undefined {
  const found = responsible(now, object);
  if (found !== undefined && found.state !== "unknown") return found;
  const then = responsible(before, object);
  if (then === undefined || then.state === "unknown") return found ?? then;
  const workloads = then.workloads.filter((id) => now.inventory.objects.has(id));
  const running = workloads.some((id) => {
    const detail = now.inventory.objects.get(id)?.detail;
    return detail?.type === "workload" && detail.ready > 0;
  });
  const state = workloads.length === 0 ? "missing" : running ? "running" : "not-running";
  return { ...then, workloads, state };
}

/** A namespace says itself what of it remains, and an object of Flux why it does not go. */
async function conditionOf(api: ClusterApi, object: InventoryObject): Promise<string> {
  const { kind, group, name } = object;
  if (isFlux(object)) return object.detail.message === "" ? "" : `it says: ${short(object.detail.message)}`;
  if (kind !== "Namespace" || group !== "") return "";
  const namespace = await api.get(`/api/v1/namespaces/${name}`).catch(() => undefined);
  const said = list(namespace, "status", "conditions").flatMap((condition) =>
    text(condition, "status") === "True" ? (text(condition, "message") ?? []) : [],
  );
  return said.join("; ");
}

async function lastEvent(api: ClusterApi, { uid, namespace }: InventoryObject): Promise<string> {
  const home = namespace === "" ? "default" : namespace;
  const query = { fieldSelector: `involvedObject.uid=${uid}` };
  const events = await api.get(`/api/v1/namespaces/${home}/events`, query).catch(() => undefined);
  const last = [...list(events, "items")].sort((a, b) => (timeOf(a) < timeOf(b) ? -1 : 1)).at(-1);
  const message = text(last, "message");
  return message === undefined ? "" : `its last event (${text(last, "reason") ?? ""}): ${short(message)}`;
}

function timeOf(event: unknown): string {
  return text(event, "lastTimestamp") ?? text(event, "eventTime") ?? "";
}

async function lastLine(
  api: ClusterApi,
  inventory: Inventory,
  controller: ResponsibleController | undefined,
  { name }: InventoryObject,
): Promise<string> {
  if (controller === undefined) return "";
  const lines: string[] = [];
  for (const pod of podsOf(inventory, controller.workloads)) {
    const path = `/api/v1/namespaces/${pod.namespace}/pods/${pod.name}/log`;
    const query = { tailLines: logLines };
    // A pod that does not run has no log, which the server says as if it were a fault of its own.
    const log = await api.send({ path, query, accept: "*/*", once: true }).catch(() => "");
    lines.push(
      ...(typeof log === "string" ? log : JSON.stringify(log)).split("\n").filter((line) => line !== ""),
    );
  }
  const line = lines.findLast((one) => one.includes(name)) ?? lines.at(-1);
  return line === undefined ? "" : `the last that ${controller.title} logged: ${short(line)}`;
}

function podsOf({ objects }: Inventory, workloads: readonly ObjectId[]): InventoryObject[] {
  const uids = new Set(workloads.map((id) => objects.get(id)?.uid));
  for (const object of objects.values()) {
    if (object.kind === "ReplicaSet" && object.ownerUids.some((uid) => uids.has(uid))) uids.add(object.uid);
  }
  return [...objects.values()].filter(
    ({ kind, group, ownerUids }) => kind === "Pod" && group === "" && ownerUids.some((uid) => uids.has(uid)),
  );
}

function short(line: string): string {
  const flat = line.trim().replaceAll(/\s+/g, " ");
  return flat.length <= longestLine ? flat : `${flat.slice(0, longestLine)}…`;
}
