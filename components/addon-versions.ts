import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { coreAddons, type AddonName, type AddonVersions } from "../src/addons.ts";

export type ResolvedAddonVersions = Readonly<Record<AddonName, pulumi.Output<string>>>;

/**
 * A version for every core add-on: the decided one (`decidedAddonVersions`), else the one that EKS installs by
 * default on that Kubernetes minor. Not the most recent: AWS makes a version the default once it has been out
 * for a while.
 *
 * @param kubernetesVersion a minor, such as `1.35`; known before there is a cluster, so a first preview works.
 */
export function resolveAddonVersions(
  kubernetesVersion: string,
  decided: AddonVersions,
  opts: pulumi.InvokeOutputOptions,
): ResolvedAddonVersions {
  const version = (addonName: AddonName): pulumi.Output<string> =>
    decided[addonName] === undefined
      ? aws.eks.getAddonVersionOutput({ addonName, kubernetesVersion, mostRecent: false }, opts).version
      : pulumi.output(decided[addonName]);
  return Object.fromEntries(coreAddons.map(({ name }) => [name, version(name)])) as ResolvedAddonVersions;
}
