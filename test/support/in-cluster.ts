import * as kubernetes from "@pulumi/kubernetes";
import { ComponentResource } from "@pulumi/pulumi";
import type { InCluster } from "../../components/cluster-object.ts";

/** A cluster for components that make objects in one: `pulumi:providers:kubernetes kube`, `sdlc:test:Cluster cluster`. */
export function inCluster(): InCluster {
  return {
    provider: new kubernetes.Provider("kube", { kubeconfig: "kubeconfig" }),
    deletedWith: new ComponentResource("sdlc:test:Cluster", "cluster"),
  };
}
