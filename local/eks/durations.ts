import { load } from "../product.ts";

const { deletionMinutes } = await load.awsChain();

/**
 * How long things take in AWS, in minutes: the middle of the ranges seen in published logs for clusters and node
 * groups. No source gives the others; they are in proportion.
 */
export const minutes = {
  clusterCreate: 9.9,
  clusterDelete: deletionMinutes.cluster,
  versionUpdate: 9.9,
  configUpdate: 2,
  nodeGroupCreate: 2.4,
  nodeGroupDelete: deletionMinutes.nodeGroup,
  nodeGroupUpdate: 1,
  /** After that a node group gives up: on nodes that do not join, and on pods that cannot be evicted. */
  nodeGroupPatience: 15,
  addonCreate: 0.5,
  addonPatience: 2,
  addonDelete: deletionMinutes.addon,
  /** Until a new IAM role can be assumed everywhere. */
  rolePropagation: 10 / 60,
  podIdentityDelete: 5 / 60,
  logDelivery: 1,
} as const;
