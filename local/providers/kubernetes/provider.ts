/** Stands for the official Kubernetes provider (pulumi-kubernetes 4.34): real API calls, no state of its own. */
import type { StandIn } from "../plumbing/stand-in.ts";
import { clusterDifference, configureCluster } from "./cluster.ts";
import type { Cluster } from "./cluster.ts";
import { kubernetesResource } from "./resource.ts";

/** Components that register a manifest's objects; their code needs the program's SDK, which is slow to load. */
const manifestComponents = ["kubernetes:yaml/v2:ConfigGroup", "kubernetes:yaml/v2:ConfigFile"];

/** Resource types that are no Kubernetes kinds. */
const notKinds = /^kubernetes:(helm\.sh|kustomize|yaml)[/:]/;

export const kubernetesProvider: StandIn<Cluster> = {
  package: "kubernetes",
  version: "4.34.2",
  configure: configureCluster,
  providerDifference: clusterDifference,
  resources: (type) => (notKinds.test(type) ? undefined : kubernetesResource),
  construct: async (component, cluster) => {
    if (manifestComponents.includes(component.type)) {
      const { constructManifest } = await import("./manifests.ts");
      return constructManifest(component, cluster);
    }
    throw new Error(
      `the local kubernetes provider does not implement ${component.type}. ` +
        "Use yaml/v2 ConfigGroup, or the official plugin (LOCAL_PROVIDERS=official).",
    );
  },
};
