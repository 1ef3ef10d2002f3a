/** The proof itself: two objects into the cluster, a look at what comes of them, and the two out again, whatever happens. */
import { setTimeout as sleep } from "node:timers/promises";
import type { V1Job, V2HorizontalPodAutoscaler } from "@kubernetes/client-node";
import { UserError } from "../../src/errors.ts";
import { ClusterApi, faultText, noRetries } from "../../src/kubernetes/api.ts";
import { describeObject, type KubernetesObject } from "../../src/kubernetes-object.ts";
import { loadTest, replicas, scaledObject, target, targetUtilization } from "../../src/prove/objects.ts";
import {
  continued,
  differs,
  noCourse,
  tableHead,
  tableRow,
  verdict,
  type Load,
  type Observation,
} from "../../src/prove/observation.ts";
import { ProofCluster, type JobPod, type LiveScaledObject } from "./cluster.ts";
import { checkPrerequisites, remains } from "./prerequisites.ts";

export interface ProofRequest {
  readonly stack: string;
  /** Its current context is the stack's cluster. */
  readonly kubeconfig: string;
  readonly loadSeconds: number;
  /** What a person types to run it again. */
  readonly command: string;
  readonly print: (line: string) => void;
  /** Ends the proof early; what it has made is removed all the same. */
  readonly signal: AbortSignal;
}

/** Milliseconds: between two looks, until KEDA and the autoscaler are ready, without an answer, until a removal is done. */
const limits = { pause: 2_000, ready: 120_000, silence: 60_000, removal: 60_000 };
const removalPause = 500;

/** @throws {UserError} if the application does not scale up and back, or the proof was ended early. */
export async function prove(request: ProofRequest): Promise<void> {
  // No signal ends it: what was made is removed after an interruption.
  const api = new ClusterApi(request.kubeconfig, new AbortController().signal, noRetries);
  try {
    await proveIn(new ProofCluster(api), request);
  } finally {
    api.close();
  }
}

async function proveIn(cluster: ProofCluster, request: ProofRequest): Promise<void> {
  const { stack, loadSeconds, command, print, signal } = request;
  const started = Date.now();
  await asked(stack, checkPrerequisites(cluster, stack));
  const old = await asked(stack, remains(cluster));
  if (old.length > 0) {
    print(`An earlier proof was killed and left ${named(old)}: removing it.`);
    await removeAll(cluster, stack, old);
  }
  print(
    `${describeObject({ kind: "Deployment", metadata: target })} of ${stack}: ` +
      `${replicas.least} to ${replicas.most} replicas at ${targetUtilization} % CPU, under load for ${loadSeconds} s.`,
  );
  print(
    `${describeObject(scaledObject)} is the published one without idleReplicaCount, which KEDA refuses ` +
      "unless it is less than minReplicaCount.",
  );
  const made = [scaledObject, loadTest(loadSeconds)];
  let peak: number;
  try {
    peak = await scale(request, cluster);
  } catch (error) {
    const why = signal.aborted
      ? new UserError({ what: `${stack}: the proof was interrupted.`, remedy: `Run it again: ${command}` })
      : error;
    // The reason why there is no proof counts for more than what could not be removed.
    await removeAll(cluster, stack, made).then(
      () => {
        print(`Removed ${named(made)}.`);
      },
      (failure: unknown) => {
        print(faultText(failure));
      },
    );
    throw why;
  }
  await removeAll(cluster, stack, made);
  const seconds = Math.round((Date.now() - started) / 1000);
  print(`Removed ${named(made)}.`);
  print("");
  print(
    `${stack} proved: ${target.name} scaled from ${replicas.least} to ${peak} replicas ` +
      `and back to ${replicas.least}, ${seconds} s`,
  );
}

/** Returns the largest number of replicas. */
async function scale(
  { stack, loadSeconds, command, print, signal }: ProofRequest,
  cluster: ProofCluster,
): Promise<number> {
  signal.throwIfAborted();
  await cluster.create(scaledObject);
  print(`Waiting for KEDA to take it up (usually 20 s).`);
  const autoscaler = await readyAutoscaler(cluster, stack, signal);
  print(`KEDA has made HorizontalPodAutoscaler ${target.namespace}/${autoscaler}, which measures.`);
  const job = loadTest(loadSeconds);
  await cluster.create(job);
  print("");
  print(tableHead);
  const started = Date.now();
  let shown: Observation | undefined;
  let course = noCourse;
  for (;;) {
    const seconds = Math.round((Date.now() - started) / 1000);
    const now = await patiently(stack, () => observe(cluster, autoscaler, job, seconds), signal);
    if (differs(shown, now)) print(tableRow(now));
    shown = now;
    course = continued(course, now);
    const result = verdict(course, now);
    if (result.state === "proved") return course.peak;
    if (result.state === "failed") {
      throw new UserError({
        what: `${stack}: ${target.name} did not scale as it should: ${result.reason}.`,
        remedy: `Look at kubectl --context ${stack} -n keda logs deploy/keda-operator. Then run it again: ${command}`,
      });
    }
    await sleep(limits.pause, undefined, { signal });
  }
}

/** Waits until KEDA's autoscaler has a figure to go by, and returns its name. */
async function readyAutoscaler(cluster: ProofCluster, stack: string, signal: AbortSignal): Promise<string> {
  const deadline = Date.now() + limits.ready;
  for (;;) {
    const [name, reason] = await patiently(stack, () => autoscalerState(cluster), signal);
    if (reason === "") return name;
    if (Date.now() > deadline) {
      throw new UserError({
        what: `${describeObject(scaledObject)}: has no working autoscaler after ${limits.ready / 1000} s: ${reason}.`,
        remedy: `Look at kubectl --context ${stack} -n keda logs deploy/keda-operator.`,
      });
    }
    await sleep(limits.pause, undefined, { signal });
  }
}

/** The autoscaler's name, and what it lacks; empty if nothing. */
async function autoscalerState(cluster: ProofCluster): Promise<[name: string, lacks: string]> {
  const live = await cluster.read<LiveScaledObject>(scaledObject);
  const ready = live?.status?.conditions?.find(({ type }) => type === "Ready");
  const name = live?.status?.hpaName;
  if (ready?.status !== "True" || name === undefined) {
    return ["", ready?.message ?? "KEDA's operator has not looked at it"];
  }
  const autoscaler = await cluster.autoscaler(name, target.namespace);
  if (utilizationOf(autoscaler) !== undefined) return [name, ""];
  return [name, hindranceOf(autoscaler) || `${name} has not measured yet`];
}

async function observe(
  cluster: ProofCluster,
  autoscalerName: string,
  { metadata }: KubernetesObject,
  seconds: number,
): Promise<Observation> {
  const [name, namespace = ""] = [metadata.name, metadata.namespace];
  const [deployment, autoscaler, job, pod] = await Promise.all([
    cluster.deployment(target.name, target.namespace),
    cluster.autoscaler(autoscalerName, target.namespace),
    cluster.job(name, namespace),
    cluster.jobPod(name, namespace),
  ]);
  const load = loadOf(job, pod);
  return {
    seconds,
    load,
    utilization: utilizationOf(autoscaler),
    desired: autoscaler?.status?.desiredReplicas ?? 0,
    replicas: deployment?.spec?.replicas ?? 0,
    ready: deployment?.status?.readyReplicas ?? 0,
    hindrance: load === "starting" || load === "failed" ? pod.waitsFor : hindranceOf(autoscaler),
  };
}

function loadOf(job: V1Job | undefined, { runs, succeeded }: JobPod): Load {
  // A Job that has succeeded is removed after a while, by the cluster.
  if (job === undefined || succeeded || job.status?.succeeded) return "over";
  if (job.status?.conditions?.some(({ type, status }) => type === "Failed" && status === "True"))
    return "failed";
  return runs ? "running" : "starting";
}

function utilizationOf(autoscaler: V2HorizontalPodAutoscaler | undefined): number | undefined {
  const cpu = autoscaler?.status?.currentMetrics?.find(({ resource }) => resource?.name === "cpu");
  return cpu?.resource?.current.averageUtilization;
}

function hindranceOf(autoscaler: V2HorizontalPodAutoscaler | undefined): string {
  if (autoscaler === undefined) return "the autoscaler is gone";
  const blocking = ["AbleToScale", "ScalingActive"];
  const condition = autoscaler.status?.conditions?.find(
    ({ type, status }) => blocking.includes(type) && status === "False",
  );
  return condition?.message ?? "";
}

/** Removes the objects and waits until they are gone: a ScaledObject goes when KEDA lets it go. */
async function removeAll(
  cluster: ProofCluster,
  stack: string,
  objects: readonly KubernetesObject[],
): Promise<void> {
  const deadline = Date.now() + limits.removal;
  for (;;) {
    const states = await Promise.all(
      objects.map((object) =>
        removed(cluster, object).catch((error: unknown) => `${describeObject(object)} (${faultText(error)})`),
      ),
    );
    const left = states.filter((state) => state !== undefined);
    if (left.length === 0) return;
    if (Date.now() > deadline) {
      throw new UserError({
        what: `${stack}: not removed after ${limits.removal / 1000} s: ${left.join(", ")}.`,
        remedy: `Run the proof again, which removes them first, or: kubectl --context ${stack} delete scaledobject,job -A -l app.kubernetes.io/managed-by=sdlc-prove`,
      });
    }
    await sleep(removalPause);
  }
}

/** What of it is still there, with what holds it; undefined if it is gone. */
async function removed(cluster: ProofCluster, object: KubernetesObject): Promise<string | undefined> {
  await cluster.remove(object);
  const live = await cluster.read(object);
  if (live === undefined) return undefined;
  const finalizers = live.metadata?.finalizers ?? [];
  return `${describeObject(object)}${finalizers.length > 0 ? ` (held by ${finalizers.join(", ")})` : ""}`;
}

/** A cluster that does not answer for a moment is asked again. */
async function patiently<T>(stack: string, ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const deadline = Date.now() + limits.silence;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (Date.now() > deadline) throw unanswered(stack, error);
      await sleep(limits.pause, undefined, { signal });
    }
  }
}

async function asked<T>(stack: string, answer: Promise<T>): Promise<T> {
  return answer.catch((error: unknown) => {
    throw error instanceof UserError ? error : unanswered(stack, error);
  });
}

function unanswered(stack: string, error: unknown): UserError {
  return new UserError({
    what: `${stack}: its cluster cannot be asked: ${faultText(error)}.`,
    remedy: "Look at the endpoint's allowedCidrs and at your AWS credentials.",
  });
}

const named = (objects: readonly KubernetesObject[]): string =>
  objects.map((object) => describeObject(object)).join(" and ");
