/** Values that AWS defines and people choose between, in AWS's own spelling. */

/** Images of nodes (CreateNodegroup, `amiType`). AWS publishes no Amazon Linux 2 image since 2025-11-26. */
export const amiTypes = [
  "AL2023_x86_64_STANDARD",
  "AL2023_ARM_64_STANDARD",
  "BOTTLEROCKET_x86_64",
  "BOTTLEROCKET_ARM_64",
] as const;

/** How nodes are bought (CreateNodegroup, `capacityType`). */
export const capacityTypes = ["ON_DEMAND", "SPOT"] as const;

/** What a taint does (CreateNodegroup, `taints[].effect`). */
export const taintEffects = ["NO_SCHEDULE", "NO_EXECUTE", "PREFER_NO_SCHEDULE"] as const;

/** Logs of the control plane (CreateCluster, `logging.clusterLogging.types`). */
export const controlPlaneLogTypes = [
  "api",
  "audit",
  "authenticator",
  "controllerManager",
  "scheduler",
] as const;

/** Days that CloudWatch keeps log events: what PutRetentionPolicy takes, up to two years. */
export const logRetentionDays = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731] as const;

export type AmiType = (typeof amiTypes)[number];
export type CapacityType = (typeof capacityTypes)[number];
export type TaintEffect = (typeof taintEffects)[number];
export type ControlPlaneLogType = (typeof controlPlaneLogTypes)[number];
export type LogRetentionDays = (typeof logRetentionDays)[number];

/** Zones in which EKS makes no control plane, by id: the name of a zone differs from account to account. */
export const zonesWithoutEks = ["use1-az3", "usw1-az2", "cac1-az3"];
