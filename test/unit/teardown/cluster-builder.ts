/** Manifests of clusters as an API server would answer them, with the marks that Flux and Helm leave on what they apply. */
import { fluxApi } from "../../../src/flux/api.ts";
import type { KubernetesObject } from "../../../src/kubernetes-object.ts";
import { inventoryOf, type Inventory } from "../../../src/teardown/inventory/inventory.ts";
import { groupOf } from "../../../src/teardown/inventory/object-id.ts";

/** An object, with what it has made in turn. */
export interface Delivery {
  readonly self: KubernetesObject;
  readonly others: readonly KubernetesObject[];
}

type Extra = Readonly<Record<string, unknown>> & { readonly metadata?: Readonly<Record<string, unknown>> };

/** @param path `<namespace>/<name>`, or a name alone. */
export function object(apiVersion: string, kind: string, path: string, extra: Extra = {}): Delivery {
  const [first = "", second] = path.split("/");
  const [namespace, name] = second === undefined ? [undefined, first] : [first, second];
  const { metadata, ...rest } = extra;
  return {
    self: {
      apiVersion,
      kind,
      metadata: {
        name,
        ...(namespace === undefined ? {} : { namespace }),
        uid: `${kind}-${path}`,
        ...metadata,
      },
      ...rest,
    },
    others: [],
  };
}

export interface FluxOptions {
  /** Paths; a name alone is in the object's own namespace. */
  readonly dependsOn?: readonly string[];
  readonly suspend?: boolean;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly spec?: Readonly<Record<string, unknown>>;
}

export function kustomization(
  path: string,
  applies: readonly Delivery[] = [],
  { metadata, ...options }: FluxOptions = {},
): Delivery {
  const labelled = applies.map((applied) => deliveredBy(applied, "Kustomization", path).self);
  const entries = labelled.map(({ apiVersion, kind, metadata: { namespace: home = "", name: own } }) => ({
    id: `${home}_${own.replaceAll(":", "__")}_${groupOf(apiVersion)}_${kind}`,
    v: apiVersion.split("/").at(-1),
  }));
  const { self } = object(fluxApi.kustomize, "Kustomization", path, {
    metadata: { finalizers: ["finalizers.fluxcd.io"], ...metadata },
    spec: { prune: true, ...fluxSpec(options) },
    status: { inventory: { entries } },
  });
  return { self, others: [...labelled, ...applies.flatMap(({ others }) => others)] };
}

/** @param crds what comes from the chart's `crds/`, which Helm never deletes. */
export function helmRelease(
  path: string,
  installs: readonly Delivery[] = [],
  { crds = [], metadata, ...options }: FluxOptions & { readonly crds?: readonly Delivery[] } = {},
): Delivery {
  const [namespace = "", name = ""] = path.split("/");
  const installed = installs.map((part) => deliveredBy(part, "HelmRelease", path).self);
  const { self } = object(fluxApi.helm, "HelmRelease", path, {
    metadata: { finalizers: ["finalizers.fluxcd.io"], ...metadata },
    spec: fluxSpec(options),
    status: { storageNamespace: namespace, history: [{ name, namespace }] },
  });
  return {
    self,
    others: [
      ...installed,
      ...crds.map((crd) => withMetadata(crd.self, "labels", originLabels(path))),
      ...installs.flatMap(({ others }) => others),
    ],
  };
}

/** The marks that Flux and Helm leave on an object that they have delivered. */
export function deliveredBy(
  delivery: Delivery,
  kind: "Kustomization" | "HelmRelease",
  path: string,
): Delivery {
  const [namespace = "", name = ""] = path.split("/");
  if (kind === "Kustomization") {
    return marked(delivery, "labels", {
      "kustomize.toolkit.fluxcd.io/name": name,
      "kustomize.toolkit.fluxcd.io/namespace": namespace,
    });
  }
  const release = { "meta.helm.sh/release-name": name, "meta.helm.sh/release-namespace": namespace };
  return marked(marked(delivery, "labels", originLabels(path)), "annotations", release);
}

function originLabels(path: string): Readonly<Record<string, string>> {
  const [namespace = "", name = ""] = path.split("/");
  return { "helm.toolkit.fluxcd.io/name": name, "helm.toolkit.fluxcd.io/namespace": namespace };
}

/** @param defines `<plural>.<group>/<Kind>` */
export function definition(defines: string): Delivery {
  const [name = "", kind = ""] = defines.split("/");
  const [plural = "", ...group] = name.split(".");
  return object("apiextensions.k8s.io/v1", "CustomResourceDefinition", name, {
    spec: { group: group.join("."), names: { kind, plural } },
  });
}

export function namespace(name: string): Delivery {
  return object("v1", "Namespace", name);
}

export function deployment(path: string, ready = 1, volumes: readonly string[] = []): Delivery {
  return object("apps/v1", "Deployment", path, {
    spec: { replicas: 1, template: { spec: { volumes: volumes.map(mount) } } },
    status: { readyReplicas: ready },
  });
}

export function scaledObject(path: string, extra: Extra = {}): Delivery {
  return object("keda.sh/v1alpha1", "ScaledObject", path, {
    metadata: { finalizers: ["finalizer.keda.sh"], ...extra.metadata },
  });
}

/** KEDA as its chart delivers it, with the definitions among the templates. */
export function keda(options: FluxOptions = {}): Delivery {
  const parts = [definition("scaledobjects.keda.sh/ScaledObject"), deployment("keda/keda-operator")];
  return helmRelease("keda/keda", parts, options);
}

export function loadBalancerService(path: string, finalizer = "service.k8s.aws/resources"): Delivery {
  return object("v1", "Service", path, {
    metadata: { finalizers: [finalizer] },
    spec: { type: "LoadBalancer" },
    status: { loadBalancer: { ingress: [{ hostname: `${path.replace("/", "-")}.elb.amazonaws.com` }] } },
  });
}

export function loadBalancerController(): Delivery {
  return helmRelease("kube-system/lbc", [deployment("kube-system/aws-load-balancer-controller")]);
}

export function claim(path: string, volume: string): Delivery {
  return object("v1", "PersistentVolumeClaim", path, {
    metadata: { finalizers: ["kubernetes.io/pvc-protection"] },
    spec: { volumeName: volume, storageClassName: "gp3" },
    status: { capacity: { storage: "10Gi" } },
  });
}

export function volume(name: string, claimPath: string, policy = "Delete"): Delivery {
  const [home, claimName] = claimPath.split("/");
  return object("v1", "PersistentVolume", name, {
    metadata: { finalizers: ["kubernetes.io/pv-protection", "external-attacher/ebs-csi-aws-com"] },
    spec: {
      persistentVolumeReclaimPolicy: policy,
      claimRef: { namespace: home, name: claimName },
      csi: { driver: "ebs.csi.aws.com", volumeHandle: `vol-${name}` },
      storageClassName: "gp3",
      capacity: { storage: "10Gi" },
    },
  });
}

/** The root Kustomization, which is never deleted, with what it applies. */
export function root(...applies: readonly Delivery[]): Delivery {
  return kustomization("flux-system/flux-system", applies);
}

/** The same delivery with labels, annotations or owner references on the object itself. */
export function marked(
  { self, others }: Delivery,
  field: "labels" | "annotations",
  values: Readonly<Record<string, string>>,
): Delivery {
  return { self: withMetadata(self, field, values), others };
}

export function ownedBy({ self, others }: Delivery, owner: Delivery): Delivery {
  const { kind, metadata } = owner.self;
  const ownerReferences = [{ kind, name: metadata.name, uid: metadata["uid"] }];
  return { self: { ...self, metadata: { ...self.metadata, ownerReferences } }, others };
}

export function manifests(...deliveries: readonly Delivery[]): KubernetesObject[] {
  return deliveries.flatMap(({ self, others }) => [self, ...others]);
}

export function cluster(...deliveries: readonly Delivery[]): Inventory {
  return inventoryOf(manifests(...deliveries));
}

function mount(claimName: string): object {
  return { name: claimName, persistentVolumeClaim: { claimName } };
}

function fluxSpec({ dependsOn, suspend, spec }: FluxOptions): Readonly<Record<string, unknown>> {
  return {
    ...(suspend === undefined ? {} : { suspend }),
    ...(dependsOn === undefined ? {} : { dependsOn: dependsOn.map(dependency) }),
    ...spec,
  };
}

function dependency(path: string): object {
  const [first = "", second] = path.split("/");
  return second === undefined ? { name: first } : { namespace: first, name: second };
}

function withMetadata(
  manifest: KubernetesObject,
  field: "labels" | "annotations",
  values: Readonly<Record<string, string>>,
): KubernetesObject {
  const { metadata } = manifest;
  return { ...manifest, metadata: { ...metadata, [field]: { ...metadata[field], ...values } } };
}
