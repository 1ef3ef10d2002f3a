/**
 * What AWS alone takes, one thing after the other, however fast everything else is: the yardstick of a destroy's duration.
 */
import type { Receipt } from "./schema.ts";

/**
 * How long deletions take in AWS, in minutes. Node groups, control planes and NAT gateways: the middle of the ranges seen in
 * published logs (4.2 to 8.4, 1.2 to 8.7, 0.6 to 1.3). EKS says nothing of add-ons; theirs is an estimate.
 */
export const deletionMinutes = { addon: 0.5, nodeGroup: 6.3, cluster: 5, natGateway: 1 } as const;

/**
 * In the order of a destroy. NAT gateways need not wait for the control plane, but the engine deletes by the depth at which
 * it made (`ScheduleDeletes` in pulumi/pkg/resource/deploy/step_generator.go).
 */
const chain = [
  { what: "add-ons that run on nodes", minutes: deletionMinutes.addon },
  { what: "node groups", minutes: deletionMinutes.nodeGroup },
  { what: "vpc-cni", minutes: deletionMinutes.addon },
  { what: "control plane", minutes: deletionMinutes.cluster },
  { what: "NAT gateways", minutes: deletionMinutes.natGateway },
] as const;

/** The longest chain for a stack with a cluster, by usual durations and not by this destroy's. */
export function longestAwsChain(): NonNullable<Receipt["awsChain"]> {
  const links = chain.map(({ what, minutes }) => ({ what, seconds: minutes * 60 }));
  return { seconds: links.reduce((sum, link) => sum + link.seconds, 0), links };
}
