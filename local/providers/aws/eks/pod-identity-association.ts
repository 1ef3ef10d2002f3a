import type { PodIdentityAssociationArgs, PodIdentityAssociationState } from "@pulumi/aws/eks/index.js";
import { awsResource } from "../resource.ts";
import { pick } from "../shapes.ts";
import { eksTagging } from "../tags.ts";

/** `cluster,association`, as an import gives it, or the association alone, as the state keeps it. */
function names(id: string, clusterName: unknown): { clusterName: string; associationId: string } {
  const [first = "", second] = id.split(",");
  return second === undefined
    ? { clusterName: String(clusterName), associationId: first }
    : { clusterName: first, associationId: second };
}

const inputNames = ["clusterName", "namespace", "serviceAccount", "roleArn"] as const;

export const podIdentityAssociation = awsResource<PodIdentityAssociationArgs, PodIdentityAssociationState>({
  noun: "EKS Pod Identity Association",
  properties: {
    clusterName: ["required", "replaces"],
    namespace: ["required", "replaces"],
    serviceAccount: ["required", "replaces"],
    roleArn: ["required"],
  },
  outputs: ["associationArn", "associationId"],
  tagging: eksTagging,

  create: async ({ aws }, { clusterName, namespace, serviceAccount, roleArn, tagsAll }) => {
    const request = { clusterName, namespace, serviceAccount, roleArn, tags: { ...tagsAll } };
    return (await aws.eks.createPodIdentityAssociation(request)).association?.associationId ?? "";
  },

  read: async ({ aws }, id, { clusterName }) => {
    const { association } = await aws.eks.describePodIdentityAssociation(names(id, clusterName));
    return association && pick(association, [...inputNames, "associationArn", "associationId", "tags"]);
  },

  update: ({ aws }, id, { clusterName, roleArn }) =>
    aws.eks.updatePodIdentityAssociation({ ...names(id, clusterName), roleArn }),

  delete: ({ aws }, id, { clusterName }) => aws.eks.deletePodIdentityAssociation(names(id, clusterName)),
});
