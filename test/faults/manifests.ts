/** What people have in their repositories and clusters, as the scenarios plant it. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { parseAllDocuments } from "yaml";
import { checkout } from "../../local/folders.ts";
import type { RepositoryFiles } from "./repository.ts";

interface Named {
  /** Of the sandbox and its cluster. */
  readonly name: string;
}

/** Asks the AWS Load Balancer Controller for a network load balancer. */
const externalBalancer = "service.beta.kubernetes.io/aws-load-balancer-type: external";

/** The controller of load balancers, delivered as Development delivers it. */
export function controllerOfBalancers({ name }: Named): RepositoryFiles {
  return { "platform/services/aws-load-balancer-controller.yaml": loadBalancerController(name) };
}

/** With an application that is reached through a load balancer of its own. */
export function withBalancedApplication(sandbox: Named): RepositoryFiles {
  return { ...controllerOfBalancers(sandbox), "apps/app-a/podinfo.yaml": podinfoWithBalancer };
}

const development = "clusters/development";

/** One more file for Development, of which a sandbox is a clone. */
export function developmentWith(file: string, content: string): RepositoryFiles {
  return { [`${development}/${file}`]: content };
}

/** Development without a field in the specifications of its Kustomizations. */
export function developmentWithout(field: string): RepositoryFiles {
  const files = ["platform.yaml", "apps.yaml"].map((name) => `${development}/${name}`);
  return Object.fromEntries(
    files.map((file) => {
      const documents = parseAllDocuments(readFileSync(path.join(checkout, "gitops", file), "utf8"));
      for (const document of documents) document.deleteIn(["spec", field]);
      return [file, documents.map(String).join("")];
    }),
  );
}

function loadBalancerController(cluster: string): string {
  return `
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata: { name: eks, namespace: kube-system }
spec: { interval: 1h, url: "https://aws.github.io/eks-charts" }
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: { name: aws-load-balancer-controller, namespace: kube-system }
spec:
  releaseName: aws-load-balancer-controller
  chart:
    spec:
      chart: aws-load-balancer-controller
      version: 1.14.0
      sourceRef: { kind: HelmRepository, name: eks }
  interval: 1h
  values: { clusterName: ${cluster}, replicaCount: 1 }
`;
}

/** `platform/services/`: the operator of a made-up kind, whose objects it holds by a finalizer. */
export const widgetOperator = `
apiVersion: v1
kind: Namespace
metadata: { name: widgets }
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata: { name: example-dev, namespace: widgets }
spec: { interval: 1h, url: "https://example-dev.github.io/charts" }
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: { name: widget-operator, namespace: widgets }
spec:
  releaseName: widget-operator
  chart:
    spec:
      chart: widget-operator
      version: 1.2.0
      sourceRef: { kind: HelmRepository, name: example-dev }
  interval: 1h
`;

export const widgetKind = "example.dev/v1 Widget";
export const widgetFinalizer = "example.dev/widget";

/** `platform/services/`: Karpenter. */
export function karpenter({ name }: Named): RepositoryFiles {
  const manifests = `
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata: { name: karpenter, namespace: kube-system }
spec: { interval: 1h, url: "https://charts.karpenter.sh" }
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: { name: karpenter, namespace: kube-system }
spec:
  releaseName: karpenter
  chart:
    spec:
      chart: karpenter
      version: 1.8.1
      sourceRef: { kind: HelmRepository, name: karpenter }
  interval: 1h
  values: { replicas: 1, settings: { clusterName: ${name} } }
`;
  return { "platform/services/karpenter.yaml": manifests };
}

/** @param deleteDelay seconds that its operator takes for the deletion */
export function widget(path: string, deleteDelay = 0): string {
  const [namespace = "", name = ""] = path.split("/");
  return `
apiVersion: example.dev/v1
kind: Widget
metadata:
  name: ${name}
  namespace: ${namespace}
  annotations: { local.sdlc.dev/delete-delay: "${deleteDelay}" }
spec: {}
`;
}

const podinfoWithBalancer = `
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata: { name: podinfo, namespace: app-a }
spec: { interval: 1h, url: "https://stefanprodan.github.io/podinfo" }
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: { name: podinfo, namespace: app-a }
spec:
  releaseName: podinfo
  chart:
    spec:
      chart: podinfo
      version: 6.9.2
      sourceRef: { kind: HelmRepository, name: podinfo }
  interval: 1h
  install: { remediation: { retries: 3 } }
  values:
    replicaCount: 1
    service:
      type: LoadBalancer
      annotations: { ${externalBalancer} }
`;

/** Settings of a stack that has KEDA under trial. */
export const withKeda = { "kubernetes-sdlc:services": { keda: { delivery: "cluster" } } } as const;

/** For the application that Development has. */
export function scaledObject(path: string): string {
  const [namespace = "", name = ""] = path.split("/");
  return `
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  scaleTargetRef: { name: podinfo }
  minReplicaCount: 1
  maxReplicaCount: 25
  triggers: [{ type: cpu, metricType: Utilization, metadata: { value: "90" } }]
`;
}

/** A Service with a load balancer, made by hand. */
export function balancedService(path: string, annotations: Readonly<Record<string, string>> = {}): string {
  const [namespace = "", name = ""] = path.split("/");
  const more = Object.entries(annotations).map(([key, value]) => `    ${key}: ${JSON.stringify(value)}`);
  return `
apiVersion: v1
kind: Service
metadata:
  name: ${name}
  namespace: ${namespace}
  annotations:
    ${externalBalancer}
${more.join("\n")}
spec:
  type: LoadBalancer
  ports: [{ name: http, port: 80, targetPort: 9898 }]
  selector: { app.kubernetes.io/name: podinfo }
`;
}

/** `platform/configs/`: a class whose volumes outlive their claims. */
export const retainingClass = `
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: { name: retained }
provisioner: ebs.csi.aws.com
parameters: { type: gp3 }
volumeBindingMode: WaitForFirstConsumer
reclaimPolicy: Retain
`;

/** A database whose claims outlive it, as those of a StatefulSet do. */
export function database(path: string, storageClass = "gp3"): string {
  const [namespace = "", name = ""] = path.split("/");
  return `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  serviceName: ${name}
  replicas: 1
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      containers:
        - name: database
          image: docker.io/library/postgres:17
          volumeMounts: [{ name: data, mountPath: /data }]
  volumeClaimTemplates:
    - metadata: { name: data }
      spec:
        accessModes: [ReadWriteOnce]
        storageClassName: ${storageClass}
        resources: { requests: { storage: 8Gi } }
`;
}

export function namespace(name: string): string {
  return `
apiVersion: v1
kind: Namespace
metadata: { name: ${name} }
`;
}
