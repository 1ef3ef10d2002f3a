import type { FunctionHandler } from "../../plumbing/stand-in.ts";
import type { Aws } from "../configuration.ts";
import { liveCluster } from "../eks/cluster.ts";

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

/** Blocks of the resource that the function answers as lists, and those that a cluster here never has. */
const lists = {
  accessConfig: "accessConfigs",
  certificateAuthority: "certificateAuthorities",
  kubernetesNetworkConfig: "kubernetesNetworkConfigs",
  upgradePolicy: "upgradePolicies",
} as const;
const empty = [
  "computeConfigs",
  "controlPlaneScalingConfigs",
  "kubeApiServerConfigs",
  "kubeControllerManagerConfigs",
  "kubeSchedulerConfigs",
  "outpostConfigs",
  "remoteNetworkConfigs",
  "storageConfigs",
  "zonalShiftConfigs",
];

export const getCluster: FunctionHandler<Aws> = async ({ configuration: aws }, args) => {
  const name = String(args["name"]);
  const live = await liveCluster(aws, name);
  return {
    ...live,
    ...Object.fromEntries(empty.map((list) => [list, []])),
    ...Object.fromEntries(
      Object.entries(lists).map(([block, list]) => [list, live?.[block] ? [live[block]] : []]),
    ),
    id: name,
    region: aws.region,
    clusterId: "",
  };
};
