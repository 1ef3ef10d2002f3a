/**
 * Clusters as people run them: reports that depend on anything, releases in the namespaces of Flux and of Kubernetes, owners
 * that would take Flux along, Kustomizations for other clusters. It says itself what must stay, from what it made.
 */
import fc from "fast-check";
import type { KubernetesObject } from "../../../src/kubernetes-object.ts";
import { groupOf } from "../../../src/teardown/inventory/object-id.ts";
import {
  claim,
  definition,
  deployment,
  helmRelease,
  kustomization,
  loadBalancerService,
  manifests,
  marked,
  namespace,
  object,
  ownedBy,
  root,
  type Delivery,
} from "./cluster-builder.ts";

export interface CrowdedCluster {
  readonly manifests: readonly KubernetesObject[];
  /** What the deletion of each object deletes in turn: what it owns, prunes or uninstalls. */
  readonly takes: ReadonlyMap<string, readonly string[]>;
  /** What has to be there until the cluster goes. */
  readonly untouchable: ReadonlySet<string>;
  /** What holds something in AWS that is this cluster's. */
  readonly holders: readonly string[];
}

const untouchables: readonly Delivery[] = [
  namespace("flux-system"),
  namespace("kube-system"),
  object("v1", "Node", "ip-10-0-0-1"),
  ...["source", "kustomize", "helm"].map((name) => deployment(`flux-system/${name}-controller`)),
  deployment("kube-system/coredns"),
  object("apps/v1", "DaemonSet", "kube-system/aws-node"),
  definition("kustomizations.kustomize.toolkit.fluxcd.io/Kustomization"),
];

const homes = ["flux-system", "kube-system", "app", "app-b"];
const subject = fc.nat({ max: 40 });
const home = fc.constantFrom(...homes);

interface Flux {
  readonly release: boolean;
  readonly home: string;
  /** Which of the objects it delivers, by number. */
  readonly delivers: readonly number[];
  readonly remote: boolean;
  readonly suspend: boolean;
}

const flux: fc.Arbitrary<Flux> = fc.record({
  release: fc.boolean(),
  home,
  delivers: fc.uniqueArray(subject, { maxLength: 6 }),
  remote: fc.boolean(),
  suspend: fc.boolean(),
});

const plain = fc.record({
  home,
  kind: fc.constantFrom("report", "held-report", "claim", "service", "deployment", "composite", "namespace"),
  /** Which object owns it, by number; beyond the last, none. */
  owner: fc.nat({ max: 60 }),
  mounts: fc.nat({ max: 9 }),
});

export const crowdedCluster: fc.Arbitrary<CrowdedCluster> = fc
  .record({ plain: fc.array(plain, { maxLength: 25 }), flux: fc.array(flux, { maxLength: 6 }) })
  .map((made) => build(made.plain, made.flux));

function build(
  plains: readonly { home: string; kind: string; owner: number; mounts: number }[],
  fluxes: readonly Flux[],
): CrowdedCluster {
  const takes = new Map<string, string[]>();
  const note = (by: Delivery, taken: Delivery): void => {
    takes.set(idOf(by), [...(takes.get(idOf(by)) ?? []), idOf(taken)]);
  };
  const objects: Delivery[] = [...untouchables];
  const kinds = new Map<string, string>();
  for (const [number, { home: where, kind, owner, mounts }] of plains.entries()) {
    let one = make(kind, where, number, mounts);
    const by = objects[owner];
    // Claims and Services are made by hand or delivered: a controller of their own would be one more subject.
    if (by !== undefined && !["claim", "service", "namespace"].includes(kind)) {
      one = ownedBy(one, by);
      note(by, one);
    }
    objects.push(one);
    kinds.set(idOf(one), kind);
  }
  const all = [...objects];
  const delivered = new Set<number>();
  const releases = fluxes.map(({ release, home: where, delivers, remote, suspend }, index) => {
    const numbers = delivers.filter((number) => number < all.length && !delivered.has(number));
    for (const number of remote ? [] : numbers) delivered.add(number);
    const parts = remote ? [] : numbers.flatMap((number) => all[number] ?? []);
    const spec = remote ? { kubeConfig: { secretRef: { name: "other" } } } : {};
    const path = `${where}/flux-${index}`;
    const one = release
      ? helmRelease(path, parts, { suspend, spec })
      : kustomization(path, parts, { suspend, spec });
    for (const part of parts) note(one, part);
    return { one, numbers: remote ? [] : numbers };
  });
  const taken = new Set(releases.flatMap(({ numbers }) => numbers));
  const rest = all.filter((_, number) => !taken.has(number));
  const crds = helmRelease("kyverno/kyverno", [
    definition("reports.example.com/Report"),
    definition("composites.example.com/Composite"),
  ]);
  return {
    manifests: manifests(root(), crds, ...releases.map(({ one }) => one), ...rest),
    takes,
    untouchable: new Set([...untouchables.map(idOf), idOf(root())]),
    holders: [...kinds].filter(([, kind]) => kind === "claim" || kind === "service").map(([id]) => id),
  };
}

function make(kind: string, where: string, number: number, mounts: number): Delivery {
  const path = `${where}/x-${number}`;
  switch (kind) {
    case "report":
      return object("example.com/v1", "Report", path);
    case "held-report":
      return object("example.com/v1", "Report", path, { metadata: { finalizers: ["example.com/archive"] } });
    case "composite":
      return object("example.com/v1", "Composite", path);
    case "claim":
      return claim(path, `pv-${number}`);
    case "service":
      return loadBalancerService(path, "service.kubernetes.io/load-balancer-cleanup");
    case "namespace":
      return marked(namespace(`ns-${number}`), "labels", {});
    default:
      return deployment(path, 1, [`x-${mounts}`]);
  }
}

function idOf({ self: { apiVersion, kind, metadata } }: Delivery): string {
  const group = groupOf(apiVersion);
  const path = metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`;
  return `${group === "" ? kind : `${kind}.${group}`} ${path}`;
}
