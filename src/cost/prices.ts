/**
 * What a thing in AWS costs a month while it only exists: list prices in US dollars, US East (N. Virginia), without traffic,
 * capacity units, taxes and discounts. Other Regions are some percent dearer. They are there to show what is worth looking at,
 * not to settle a bill.
 *
 * As published on 2026-09-20 or before:
 * - EKS, standard support: aws.amazon.com/blogs/containers/amazon-eks-extended-support-for-kubernetes-versions-pricing (2024-01)
 *   and cloudburn.io/blog/amazon-eks-pricing (2026-04)
 * - ALB: aws.amazon.com/elasticloadbalancing/pricing (2026-09-20); NLB: awsnegotiations.com/elastic-load-balancer-cost.html
 *   (2026-05); Classic: second hand, from cost tools that price it so
 * - NAT gateway: aws.amazon.com/vpc/pricing (2026-09-20)
 * - public IPv4 address: cloudburn.io/blog/aws-nat-gateway-pricing (2026-02)
 * - gp2, gp3: c3x.dev/blog/gp2-to-gp3-migration-aws-ebs (2026), handbook.getfinops.cloud/gp2-vs-gp3-cost-savings
 * - snapshot: usage.ai/blogs/ebs-snapshot-elb-pricing (2026)
 */
export const pricesRegion = "us-east-1";
export const pricesDated = "2026-09-20";

/** AWS's own month, for prices by the hour. */
export const hoursPerMonth = 730;

/** US dollars. */
const monthly = {
  "eks-control-plane": 0.1 * hoursPerMonth,
  "network-load-balancer": 0.0225 * hoursPerMonth,
  "application-load-balancer": 0.0225 * hoursPerMonth,
  "classic-load-balancer": 0.025 * hoursPerMonth,
  "nat-gateway": 0.045 * hoursPerMonth,
  "public-ipv4-address": 0.005 * hoursPerMonth,
  "gp3-gibibyte": 0.08,
  "gp2-gibibyte": 0.1,
  /** Of what is stored; a volume's size is the most that it can be. */
  "snapshot-gibibyte": 0.05,
} as const;

export type PriceItem = keyof typeof monthly;

/** @returns US dollars a month, to the cent. */
export function monthlyPrice(item: PriceItem, quantity = 1): number {
  return toCents(monthly[item] * quantity);
}

/** Undefined where the size is not known. */
export function priceOfSize(item: PriceItem, gibibytes: number | undefined): number | undefined {
  return gibibytes === undefined ? undefined : monthlyPrice(item, gibibytes);
}

export function toCents(dollars: number): number {
  return Math.round(dollars * 100) / 100;
}

/**
 * What the smallest common size of a family costs an hour: list prices on demand, US dollars, Linux, US East (N. Virginia), as of
 * June 2026 (aws.amazon.com/ec2/pricing/on-demand). Within a family the price doubles with the size.
 */
const largePerHour: Readonly<Record<string, number>> = {
  m6i: 0.096,
  m7g: 0.0816,
  m7i: 0.1008,
  t3: 0.0832,
};

/** How many times a `large` each size is. */
const sizes: Readonly<Record<string, number>> = {
  medium: 0.5,
  large: 1,
  xlarge: 2,
  "2xlarge": 4,
  "4xlarge": 8,
};

/** US dollars; undefined for a type that this table does not have. */
export function instancePricePerHour(type: string): number | undefined {
  const [family = "", size = ""] = type.split(".");
  const [price, factor] = [largePerHour[family], sizes[size]];
  return price === undefined || factor === undefined ? undefined : price * factor;
}
