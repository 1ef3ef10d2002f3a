import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { ClusterClient } from "../../../local/kubernetes/cluster-client.ts";
import { adminKubeconfigFile } from "../../../local/kubernetes/credentials.ts";
import { isReady, type Address } from "../cluster.ts";
import type { Sandbox } from "../sandbox.ts";
import type { Scenario } from "../scenario.ts";

const kustomization: Address = "kustomize.toolkit.fluxcd.io/v1 Kustomization flux-system/remote";
const release: Address = "helm.toolkit.fluxcd.io/v2 HelmRelease app-a/remote";

function kubeconfigFile({ run }: Sandbox): string {
  return adminKubeconfigFile(path.join(run.stateFolder, "clusters", "development"));
}

/** What Flux of the sandbox applied in Development. */
function applied({
  name,
}: Sandbox): { apiVersion: string; kind: string; metadata: { name: string; namespace?: string } }[] {
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name } },
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings", namespace: name } },
    { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "podinfo", namespace: name } },
  ];
}

/** A hub that delivers to Development, cloned with everything else. */
export const scenario: Scenario = {
  number: 33,
  title: "a Kustomization and a HelmRelease for another cluster",
  files: ({ name }) => ({
    "remote/settings.yaml": `
apiVersion: v1
kind: Namespace
metadata: { name: ${name} }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: ${name} }
`,
  }),
  plant: async (sandbox) => {
    const { cluster, name } = sandbox;
    const kubeconfig = Buffer.from(readFileSync(kubeconfigFile(sandbox))).toString("base64");
    for (const namespace of ["flux-system", "app-a"]) {
      await cluster.apply(`
apiVersion: v1
kind: Secret
metadata: { name: development, namespace: ${namespace} }
data: { value: ${kubeconfig} }
`);
    }
    await cluster.apply(`
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: { name: remote, namespace: flux-system }
spec:
  interval: 10m
  path: ./remote
  prune: true
  sourceRef: { kind: GitRepository, name: platform }
  kubeConfig: { secretRef: { name: development } }
`);
    await cluster.until(kustomization, "is Ready", isReady);
    await cluster.apply(`
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: { name: remote, namespace: app-a }
spec:
  releaseName: podinfo
  targetNamespace: ${name}
  storageNamespace: ${name}
  chart:
    spec:
      chart: podinfo
      version: 6.9.2
      sourceRef: { kind: HelmRepository, name: podinfo, namespace: app-a }
  interval: 1h
  kubeConfig: { secretRef: { name: development } }
  values: { replicaCount: 0 }
`);
    await cluster.until(release, "is Ready", isReady);
  },
  present: async (sandbox) => {
    const development = new ClusterClient(kubeconfigFile(sandbox));
    for (const object of applied(sandbox)) await development.objects.read(object);
  },
  check: async (sandbox, { events }) => {
    const development = new ClusterClient(kubeconfigFile(sandbox));
    for (const object of applied(sandbox)) {
      const { metadata } = await development.objects.read(object);
      assert.equal(
        metadata?.deletionTimestamp,
        undefined,
        `${object.kind} ${object.metadata.name} is being deleted`,
      );
    }
    const kept = events.filter((event) => event.type === "kept" && event.thing.where === "other-cluster");
    assert.equal(kept.length, 2, "the receipt does not name what stays in the other cluster");
    await development.remove({ apiVersion: "v1", kind: "Namespace", metadata: { name: sandbox.name } });
  },
};
