/** Stands for the official Kubernetes provider (pulumi-kubernetes 4.34): real API calls, no state of its own. */
import type { StandIn } from "../plumbing/stand-in.ts";
import { clusterDifference, configureCluster } from "./cluster.ts";
import type { Cluster } from "./cluster.ts";
import { kubernetesResource } from "./resource.ts";

/** Resource types that are no Kubernetes kinds. */
const notKinds = /^kubernetes:(helm\.sh|kustomize|yaml)[/:]/;

export const kubernetesProvider: StandIn<Cluster> = {
  package: "kubernetes",
  version: "4.34.2",
  configure: configureCluster,
  providerDifference: clusterDifference,
  resources: (type) => (notKinds.test(type) ? undefined : kubernetesResource),
};
