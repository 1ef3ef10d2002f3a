/**
 * What a stack costs while it runs, by what it was made of: control plane, NAT gateways with their addresses, nodes and
 * their disks. What runs inside makes more of its own: load balancers, volumes, traffic. An estimate to decide by.
 */
import { hoursPerMonth, instancePricePerHour, monthlyPrice, toCents } from "./prices.ts";
import type { NodeGroupSettings } from "../settings.ts";
import { supportOf } from "../versions/eks-releases.ts";
import type { Minor } from "../versions/minor.ts";

const hoursPerDay = 24;

/** A control plane in extended support costs 0.60 $ an hour in place of 0.10 $ (aws.amazon.com/eks/pricing). */
const extendedSupportPerHour = 0.5;

export interface RunningStack {
  readonly kubernetesVersion: Minor | undefined;
  readonly natGateways: number;
  readonly nodeGroups: readonly Pick<
    NodeGroupSettings,
    "instanceTypes" | "desiredSize" | "diskSize" | "capacityType"
  >[];
}

export interface RunningCost {
  /** US dollars a month, to the cent. */
  readonly month: number;
  /** What is not in it, for want of a price. */
  readonly without: readonly string[];
}

export function runningCost(
  { kubernetesVersion, natGateways, nodeGroups }: RunningStack,
  now: Date,
): RunningCost {
  const extended = kubernetesVersion !== undefined && supportOf(kubernetesVersion, now) === "extended";
  const without = new Set<string>();
  let month =
    monthlyPrice("eks-control-plane") +
    (extended ? extendedSupportPerHour * hoursPerMonth : 0) +
    monthlyPrice("nat-gateway", natGateways) +
    monthlyPrice("public-ipv4-address", natGateways);
  for (const { instanceTypes, desiredSize, diskSize, capacityType } of nodeGroups) {
    const [type = ""] = instanceTypes;
    const hour = instancePricePerHour(type);
    // The price of spot capacity changes by the hour, and is at most this one.
    if (hour === undefined || capacityType === "SPOT") without.add(`nodes ${type} (${capacityType})`);
    else month += desiredSize * hour * hoursPerMonth;
    month += monthlyPrice("gp3-gibibyte", desiredSize * diskSize);
  }
  return { month: toCents(month), without: [...without] };
}

/** US dollars of so many days, to the cent. */
export function costOfDays(month: number, days: number): number {
  return toCents((month / hoursPerMonth) * hoursPerDay * days);
}
