/** Clusters in any state: owners in circles, dependencies in circles, definitions anywhere, marks on anything. */
import fc from "fast-check";
import type { KubernetesObject } from "../../../src/kubernetes-object.ts";
import {
  claim,
  definition,
  deliveredBy,
  deployment,
  helmRelease,
  kustomization,
  loadBalancerService,
  marked,
  namespace,
  object,
  root,
  volume,
  type Delivery,
  type FluxOptions,
} from "./cluster-builder.ts";

interface RandomFlux {
  readonly path: string;
  readonly kind: "Kustomization" | "HelmRelease";
  readonly dependsOn: readonly string[];
  readonly prune: boolean;
  readonly suspend: boolean;
}

interface RandomObject {
  readonly delivery: Delivery;
  /** Index of a Flux object; beyond the last, nobody has delivered it. */
  readonly owner: number;
  readonly marks: Readonly<Record<string, string>>;
}

export interface RandomCluster {
  readonly manifests: readonly KubernetesObject[];
  /** Pairs of a Flux object and one that it depends on. */
  readonly dependencies: readonly (readonly [string, string])[];
}

const homes = ["one", "two", "three"];
const kinds = ["Red", "Green", "Blue"];
const home = fc.constantFrom(...homes);
const small = fc.nat({ max: 8 });

const marks = fc.oneof(
  { weight: 8, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.constant({ "sdlc.dev/mutates-external-state": "true" }) },
  {
    weight: 2,
    arbitrary: fc.integer({ min: -1, max: 3 }).map((stage) => ({ "sdlc.dev/teardown-stage": `${stage}` })),
  },
);

const anObject: fc.Arbitrary<Delivery> = fc.oneof(
  fc.tuple(home, fc.constantFrom(...kinds), small, fc.boolean()).map(([where, kind, number, held]) =>
    object("colours.io/v1", kind, `${where}/${kind.toLowerCase()}-${number}`, {
      metadata: held ? { finalizers: ["colours.io/mix"] } : {},
    }),
  ),
  fc.constantFrom(...kinds).map((kind) => definition(`${kind.toLowerCase()}s.colours.io/${kind}`)),
  fc.tuple(home, small).map(([where, number]) => loadBalancerService(`${where}/service-${number}`)),
  fc.tuple(home, small).map(([where, number]) => claim(`${where}/claim-${number}`, `pv-${where}-${number}`)),
  fc.tuple(home, small).map(([where, number]) => volume(`pv-${where}-${number}`, `${where}/claim-${number}`)),
  fc
    .tuple(home, small, small)
    .map(([where, number, mounts]) => deployment(`${where}/app-${number}`, 1, [`claim-${mounts}`])),
  home.map(namespace),
  home.map((where) => deployment(`${where}/aws-load-balancer-controller`)),
  home.map((where) => deployment(`${where}/ebs-csi-controller`)),
);

const fluxPaths = homes.flatMap((where) => ["a", "b", "c"].map((name) => `${where}/${name}`));
const aFlux: fc.Arbitrary<RandomFlux> = fc.record({
  path: fc.constantFrom(...fluxPaths),
  kind: fc.constantFrom("Kustomization", "HelmRelease"),
  dependsOn: fc.array(fc.constantFrom(...fluxPaths), { maxLength: 2 }),
  prune: fc.boolean(),
  suspend: fc.boolean(),
});

export const randomCluster: fc.Arbitrary<RandomCluster> = fc
  .record({
    flux: fc.uniqueArray(aFlux, { selector: fluxName, minLength: 1, maxLength: 8 }),
    /** Who delivered each of the Flux objects. */
    parents: fc.array(fc.nat({ max: 10 }), { minLength: 8, maxLength: 8 }),
    fluxMarks: fc.array(marks, { minLength: 8, maxLength: 8 }),
    objects: fc.uniqueArray(fc.record({ delivery: anObject, owner: fc.nat({ max: 6 }), marks }), {
      selector: ({ delivery: { self } }) =>
        `${self.kind} ${self.metadata.namespace ?? ""}/${self.metadata.name}`,
      maxLength: 25,
    }),
  })
  .map(({ flux, parents, fluxMarks, objects }) => build(flux, parents, fluxMarks, objects));

function build(
  flux: readonly RandomFlux[],
  parents: readonly number[],
  fluxMarks: readonly Readonly<Record<string, string>>[],
  objects: readonly RandomObject[],
): RandomCluster {
  const bare = flux.map(({ kind, path }) =>
    kind === "Kustomization" ? kustomization(path) : helmRelease(path),
  );
  const all = [
    ...bare.map((delivery, index) => ({
      delivery,
      owner: parents[index] ?? flux.length,
      marks: fluxMarks[index] ?? {},
    })),
    ...objects,
  ];
  const finished = flux.map(({ kind, path, dependsOn, prune, suspend }, index) => {
    const owned = all.flatMap(({ delivery, owner }) => (owner === index ? [delivery] : []));
    const options: FluxOptions = { dependsOn, suspend, spec: { prune } };
    return kind === "Kustomization" ? kustomization(path, owned, options) : helmRelease(path, [], options);
  });
  const manifests = all.map(({ delivery, owner, marks: given }, index) => {
    const self = finished[index] ?? delivery;
    const by = flux[owner];
    const delivered = by === undefined ? self : deliveredBy(self, by.kind, by.path);
    return marked(delivered, "annotations", given).self;
  });
  const names = new Set(flux.map(fluxName));
  return {
    manifests: [...manifests, root().self],
    dependencies: flux.flatMap((one) =>
      one.dependsOn
        .map((path) => fluxName({ ...one, path }))
        .filter((name) => names.has(name))
        .map((name) => [fluxName(one), name] as const),
    ),
  };
}

function fluxName({ kind, path }: RandomFlux): string {
  const group = kind === "Kustomization" ? "kustomize" : "helm";
  return `${kind}.${group}.toolkit.fluxcd.io ${path}`;
}
