/** The EKS add-ons and their versions. As published by the autumn of 2026; AWS makes new ones every few weeks. */
import type * as sdk from "@aws-sdk/client-eks";
import type { Operation } from "./context.ts";
import { minors } from "./versions.ts";

interface AddonRow {
  readonly type: string;
  readonly namespace: string;
  readonly iam: boolean;
  /** Versions for every minor or by minor; the first is EKS's default, not always the newest. */
  readonly versions: readonly string[] | Readonly<Record<string, readonly string[]>>;
}

const coredns = {
  "1.31": ["v1.11.4-eksbuild.24", "v1.11.4-eksbuild.28", "v1.11.4-eksbuild.22"],
  "1.34": ["v1.12.4-eksbuild.1", "v1.13.1-eksbuild.1", "v1.12.3-eksbuild.1"],
  "1.35": ["v1.13.2-eksbuild.11", "v1.14.3-eksbuild.3", "v1.14.2-eksbuild.4", "v1.12.4-eksbuild.1"],
  "1.36": ["v1.14.3-eksbuild.16", "v1.14.3-eksbuild.23", "v1.14.3-eksbuild.3", "v1.13.2-eksbuild.11"],
};

const table: Readonly<Record<string, AddonRow>> = {
  "vpc-cni": {
    type: "networking",
    namespace: "kube-system",
    iam: true,
    versions: ["v1.22.4-eksbuild.3", "v1.23.0-eksbuild.1", "v1.21.1-eksbuild.8", "v1.20.4-eksbuild.2"],
  },
  "kube-proxy": {
    type: "networking",
    namespace: "kube-system",
    iam: false,
    versions: {
      "1.36": ["v1.36.0-eksbuild.21", "v1.36.0-eksbuild.25", "v1.36.0-eksbuild.14"],
      "1.35": ["v1.35.3-eksbuild.18", "v1.35.3-eksbuild.21", "v1.35.3-eksbuild.13"],
      "1.34": ["v1.34.1-eksbuild.2", "v1.34.3-eksbuild.1", "v1.34.0-eksbuild.4"],
      "1.33": ["v1.33.5-eksbuild.2", "v1.33.7-eksbuild.1", "v1.33.3-eksbuild.10"],
      "1.32": ["v1.32.9-eksbuild.2", "v1.32.11-eksbuild.1", "v1.32.6-eksbuild.12"],
      "1.31": ["v1.31.13-eksbuild.2", "v1.31.14-eksbuild.1", "v1.31.10-eksbuild.12"],
    },
  },
  coredns: {
    type: "networking",
    namespace: "kube-system",
    iam: false,
    versions: {
      ...coredns,
      "1.33": coredns["1.34"],
      "1.32": coredns["1.31"],
    },
  },
  "aws-ebs-csi-driver": {
    type: "storage",
    namespace: "kube-system",
    iam: true,
    versions: ["v1.63.1-eksbuild.1", "v1.64.0-eksbuild.1", "v1.59.0-eksbuild.1", "v1.53.0-eksbuild.1"],
  },
  "eks-pod-identity-agent": {
    type: "security",
    namespace: "kube-system",
    iam: false,
    versions: ["v1.3.10-eksbuild.3", "v1.4.0-eksbuild.1", "v1.3.10-eksbuild.1"],
  },
};

export function isAddon(name: string): boolean {
  return name in table;
}

/** Versions of an add-on that run on a Kubernetes minor, the default first; none for what EKS does not know. */
export function addonVersions(addon: string, minor: string): readonly string[] {
  const versions = table[addon]?.versions;
  return (Array.isArray(versions) ? versions : (versions as Record<string, readonly string[]>)[minor]) ?? [];
}

const newestFirst = new Intl.Collator("en", { numeric: true });

export const describeAddonVersions: Operation<sdk.DescribeAddonVersionsCommandInput> = (_, input) => {
  const { kubernetesVersion, addonName } = input;
  const asked = minors.filter((minor) => kubernetesVersion === undefined || minor === kubernetesVersion);
  const addons = Object.entries(table)
    .filter(([name]) => addonName === undefined || name === addonName)
    .map(([name, row]) => {
      const all = new Set(asked.flatMap((minor) => addonVersions(name, minor)));
      return {
        addonName: name,
        type: row.type,
        publisher: "eks",
        owner: "aws",
        defaultNamespace: row.namespace,
        addonVersions: [...all]
          .sort((a, b) => newestFirst.compare(b, a))
          .map((addonVersion) => ({
            addonVersion,
            architecture: ["amd64", "arm64"],
            computeTypes: ["ec2"],
            compatibilities: asked
              .filter((minor) => addonVersions(name, minor).includes(addonVersion))
              .map((clusterVersion) => ({
                clusterVersion,
                platformVersions: ["*"],
                defaultVersion: addonVersions(name, clusterVersion)[0] === addonVersion,
              })),
            requiresConfiguration: false,
            requiresIamPermissions: row.iam,
          })),
      };
    });
  return { addons: addons.filter((addon) => addon.addonVersions.length > 0) };
};
