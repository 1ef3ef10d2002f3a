import { coreAddons, type AddonName } from "../src/addons.ts";
import type { Identity } from "./pod-identity.ts";

/** What an add-on needs beyond its place before or after the nodes, which `coreAddons` says. */
interface AddonNeeds {
  /** Its pods' role; absent: it needs nothing of AWS. `id` is short, for the role's name has 64 characters. */
  readonly identity?: Identity & { readonly id: string };
  /** Its configuration values; given the tags that whatever it makes in AWS must carry. */
  readonly configuration?: (tags: Readonly<Record<string, string>>) => object;
}

const needs: Readonly<Partial<Record<AddonName, AddonNeeds>>> = {
  "vpc-cni": {
    identity: {
      id: "vpc-cni",
      namespace: "kube-system",
      serviceAccount: "aws-node",
      managedPolicy: "AmazonEKS_CNI_Policy",
    },
    configuration: (tags) => ({ env: { ADDITIONAL_ENI_TAGS: JSON.stringify(tags) } }),
  },
  "aws-ebs-csi-driver": {
    identity: {
      id: "ebs-csi",
      namespace: "kube-system",
      serviceAccount: "ebs-csi-controller-sa",
      managedPolicy: "service-role/AmazonEBSCSIDriverPolicy",
    },
    configuration: (tags) => ({ controller: { extraVolumeTags: tags } }),
  },
};

export interface AddonDefinition extends AddonNeeds {
  readonly name: AddonName;
  readonly needsNodes: boolean;
}

/** Every core add-on with all that is needed to install it. */
export const addonTable: readonly AddonDefinition[] = coreAddons.map((addon) => ({
  ...addon,
  ...needs[addon.name],
}));
