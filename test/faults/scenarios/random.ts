/**
 * A cluster as it comes about when many people work in it: Kustomizations that depend on each other in any way, circles
 * included, some suspended, some that do not prune; in them and beside them whatever holds something outside the cluster.
 */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { parseAllDocuments } from "yaml";
import { isReady } from "../cluster.ts";
import {
  balancedService,
  controllerOfBalancers,
  database,
  namespace,
  widget,
  widgetOperator,
} from "../manifests.ts";
import type { Sandbox } from "../sandbox.ts";
import type { Scenario } from "../scenario.ts";

/** Cases from this number on are the seeds of random clusters. */
export const firstSeed = 1_000;

const kinds = ["widget", "service", "claims", "release", "settings"] as const;
const names = ["a", "b", "c", "d", "e"];

const anObject = fc.record({
  kind: fc.constantFrom(...kinds),
  /** Seconds. */
  deleteDelay: fc.nat({ max: 3 }),
  marks: fc.oneof(
    { weight: 4, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.constant({ "sdlc.dev/mutates-external-state": "true" }) },
    {
      weight: 1,
      arbitrary: fc.nat({ max: 2 }).map((stage) => ({ "sdlc.dev/teardown-stage": String(stage) })),
    },
  ),
});

const aSync = fc.record({
  objects: fc.array(anObject, { minLength: 1, maxLength: 3 }),
  dependsOn: fc.uniqueArray(fc.constantFrom(...names), { maxLength: 2 }),
  prune: fc.boolean(),
  suspended: fc.boolean(),
});

const aCluster = fc.record({
  syncs: fc.array(aSync, { minLength: 2, maxLength: names.length }),
  byHand: fc.array(anObject, { maxLength: 4 }),
});

type RandomObject = typeof anObject extends fc.Arbitrary<infer T> ? T : never;
type RandomCluster = typeof aCluster extends fc.Arbitrary<infer T> ? T : never;

export function randomScenario(seed: number): Scenario {
  const [drawn] = fc.sample(aCluster, { seed, numRuns: 1 });
  if (drawn === undefined) throw new Error(`Seed ${seed} gives no cluster.`);
  return {
    number: seed,
    title: `a random cluster: ${describe(drawn)}`,
    files: (sandbox) => ({
      ...controllerOfBalancers(sandbox),
      "platform/services/widget-operator.yaml": widgetOperator,
      "platform/configs/random.yaml": namespace("random"),
      ...Object.fromEntries(
        drawn.syncs.map((sync, index) => [fileOf(index), manifests(sync.objects, nameOf(index))]),
      ),
    }),
    plant: (sandbox) => plant(sandbox, drawn),
    present: async ({ cluster }) => {
      const found = await cluster.list("kustomize.toolkit.fluxcd.io/v1", "Kustomization");
      const random = found.filter(({ metadata }) => metadata.name.startsWith("random-"));
      assert.equal(random.length, drawn.syncs.length);
    },
  };
}

const nameOf = (index: number): string => names[index] ?? String(index);
const fileOf = (index: number): string => `random/${nameOf(index)}/objects.yaml`;

function describe({ syncs, byHand }: RandomCluster): string {
  const objects = syncs.reduce((sum, { objects: of }) => sum + of.length, 0);
  const suspended = syncs.filter((sync) => sync.suspended).length;
  return `${syncs.length} Kustomizations (${suspended} suspended) with ${objects} objects, ${byHand.length} by hand`;
}

/** By hand and not through the root, so that an `up` does not wait for what depends on itself. */
async function plant({ cluster }: Sandbox, { syncs, byHand }: RandomCluster): Promise<void> {
  const addresses = syncs.map(
    (_, index) => `kustomize.toolkit.fluxcd.io/v1 Kustomization flux-system/random-${nameOf(index)}` as const,
  );
  for (const [index, { dependsOn, prune }] of syncs.entries()) {
    const known = dependsOn.filter((name) => names.indexOf(name) < syncs.length);
    await cluster.apply(`
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: { name: random-${nameOf(index)}, namespace: flux-system }
spec:
  interval: 10m
  retryInterval: 2s
  path: ./random/${nameOf(index)}
  prune: ${prune}
  dependsOn: ${JSON.stringify(known.map((name) => ({ name: `random-${name}` })))}
  sourceRef: { kind: GitRepository, name: platform }
`);
  }
  if (byHand.length > 0) await cluster.apply(manifests(byHand, "hand"));
  await settle(async () => {
    const found = await Promise.all(addresses.map((address) => cluster.read(address)));
    return found.map((sync) => (isReady(sync) ? "ready" : "waits")).join();
  });
  for (const [index, { suspended }] of syncs.entries()) {
    const address = addresses[index];
    if (suspended && address !== undefined) await cluster.patch(address, { spec: { suspend: true } });
  }
}

/** Until nothing has changed for some seconds: what is in a circle never becomes ready. */
async function settle(state: () => Promise<string>, quiet = 8_000): Promise<void> {
  let last = "";
  let since = Date.now();
  while (Date.now() - since < quiet) {
    const now = await state();
    if (now !== last) since = Date.now();
    last = now;
    await sleep(500);
  }
}

function manifests(objects: readonly RandomObject[], owner: string): string {
  return objects
    .map(({ kind, deleteDelay, marks }, index) =>
      marked(manifest(kind, `${owner}-${index}`, deleteDelay), marks),
    )
    .join("\n---\n");
}

function manifest(kind: RandomObject["kind"], name: string, deleteDelay: number): string {
  const path = `random/${name}`;
  switch (kind) {
    case "widget":
      return widget(path, deleteDelay);
    case "service":
      return balancedService(path, { "local.sdlc.dev/delete-delay": String(deleteDelay) });
    case "claims":
      return database(path);
    case "release":
      return release(name);
    case "settings":
      return `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, namespace: random, annotations: {} }\n`;
  }
}

function release(name: string): string {
  return `
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata: { name: ${name}, namespace: random }
spec: { interval: 1h, url: "https://stefanprodan.github.io/podinfo" }
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: { name: ${name}, namespace: random }
spec:
  chart:
    spec: { chart: podinfo, version: 6.9.2, sourceRef: { kind: HelmRepository, name: ${name} } }
  interval: 1h
  values:
    service:
      type: LoadBalancer
      annotations: { service.beta.kubernetes.io/aws-load-balancer-type: external }
`;
}

/** On the last of the manifests, which is the object itself. */
function marked(text: string, marks: Readonly<Record<string, string>>): string {
  const documents = parseAllDocuments(text);
  for (const [key, value] of Object.entries(marks)) {
    documents.at(-1)?.setIn(["metadata", "annotations", key], value);
  }
  return documents.map(String).join("---\n");
}
