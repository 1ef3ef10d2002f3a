import type { FunctionHandler } from "../../plumbing/stand-in.ts";
import type { Aws } from "../configuration.ts";

export const getAddonVersion: FunctionHandler<Aws> = async ({ configuration: { eks, region } }, args) => {
  const addonName = String(args["addonName"]);
  const clusterVersion = String(args["kubernetesVersion"]);
  const { addons } = await eks.describeAddonVersions({ addonName, kubernetesVersion: clusterVersion });
  const versions = addons?.[0]?.addonVersions ?? [];
  // EKS lists the newest version first, and marks one as the default of each Kubernetes version.
  const chosen = versions.find(
    ({ compatibilities }) =>
      args["mostRecent"] === true ||
      compatibilities?.some((item) => item.clusterVersion === clusterVersion && item.defaultVersion === true),
  );
  if (chosen) return { ...args, id: addonName, region, version: chosen.addonVersion };
  throw new Error(
    `EKS offers no version of add-on ${addonName} for Kubernetes ${clusterVersion}. ` +
      `See which there are with \`aws eks describe-addon-versions --addon-name ${addonName}\`.`,
  );
};
