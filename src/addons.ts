/** The core EKS add-ons every cluster of this project has, and where the version of each comes from. */

/**
 * In the order in which they are made. An add-on that needs nodes stays DEGRADED without them; the others
 * are what a node needs to become Ready, and so are made before the nodes and removed after them.
 */
export const coreAddons = [
  { name: "vpc-cni", needsNodes: false },
  { name: "kube-proxy", needsNodes: false },
  { name: "eks-pod-identity-agent", needsNodes: false },
  { name: "coredns", needsNodes: true },
  { name: "aws-ebs-csi-driver", needsNodes: true },
] as const;

export type AddonName = (typeof coreAddons)[number]["name"];

/** Add-on name to version, such as `{ coredns: "v1.12.4-eksbuild.1" }`. */
export type AddonVersions = Partial<Record<AddonName, string>>;

/** The add-on versions a stack exported, and the Kubernetes minor ("1.35") they were chosen for. */
export interface ExportedAddons {
  readonly kubernetesVersion: string;
  readonly addonVersions: AddonVersions;
}

export interface AddonSources {
  /** The Kubernetes minor this stack is to run, such as "1.35". */
  readonly kubernetesVersion: string;
  /** Pinned in the stack's settings. */
  readonly pinned: AddonVersions;
  /** What this stack exported when it last ran. */
  readonly own?: ExportedAddons | undefined;
  /** What Development exported. */
  readonly development?: ExportedAddons | undefined;
  /** True for a stack that is to be Development's clone at every `up`, not only at its first. */
  readonly followsDevelopment: boolean;
}

/**
 * The version of each core add-on where one is already decided; what is absent has to be asked of AWS.
 *
 * A pin wins. A stack that follows Development then takes Development's version, so that it stays a clone.
 * Otherwise what this stack has already resolved for the same Kubernetes minor is kept, so that an `up`
 * without a change of settings changes nothing when AWS publishes a newer build.
 */
export function decidedAddonVersions(sources: AddonSources): AddonVersions {
  const { kubernetesVersion, pinned, own, development, followsDevelopment } = sources;
  const forThisMinor = (exported: ExportedAddons | undefined): AddonVersions =>
    exported?.kubernetesVersion === kubernetesVersion ? exported.addonVersions : {};
  const kept = forThisMinor(own);
  const theirs = forThisMinor(development);
  return followsDevelopment ? { ...kept, ...theirs, ...pinned } : { ...theirs, ...kept, ...pinned };
}
