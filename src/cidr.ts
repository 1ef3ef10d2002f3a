/** Address arithmetic of the network: which blocks are allowed, and how a VPC is cut into subnets. */
import { isIPv4 } from "node:net";
import { containsCidr, normalizeCidr, overlapCidr, parseCidr } from "cidr-tools";
import { UserError } from "./errors.ts";

export interface PlannedSubnet {
  readonly zone: string;
  readonly cidr: string;
}

export interface SubnetPlan {
  readonly public: PlannedSubnet[];
  readonly private: PlannedSubnet[];
}

/** Prefix lengths AWS accepts for a VPC: the largest block is a /16, the smallest a /28. */
export const awsVpcPrefixes = { shortest: 16, longest: 28 } as const;

/** The smallest VPC that can be cut as below: its public subnets are then a /28, the smallest AWS makes. */
export const smallestVpcPrefix = 24;

/** Prefix lengths EKS accepts for the addresses of Services. */
export const servicePrefixes = { shortest: 12, longest: 24 } as const;

const privateBlocks = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

/** Bits that separate a VPC from a private subnet (a quarter of it) and from a public one (a sixteenth). */
const privateBits = 2;
const publicBits = 4;

/** True for an IPv4 block such as `10.0.0.0/16`, host bits allowed: cidr-tools itself takes 300.0.0.0/8. */
export function isIPv4Cidr(text: string): boolean {
  const [address, prefix, ...rest] = text.split("/");
  return rest.length === 0 && isIPv4(address ?? "") && /^([0-9]|[12][0-9]|3[0-2])$/.test(prefix ?? "");
}

/** The length of the prefix: 16 for `10.0.0.0/16`. */
export function prefixLength(cidr: string): number {
  return Number(parseCidr(cidr).prefix);
}

/** How many addresses the block has. */
export function addressCount(cidr: string): number {
  return 2 ** (32 - prefixLength(cidr));
}

/** The block written with its first address, as AWS stores it: `10.0.0.0/16` for `10.0.1.7/16`. */
export function networkOf(cidr: string): string {
  return normalizeCidr(cidr);
}

/** Why `cidr` cannot be the VPC's block, in words that follow "because it …"; undefined if it can. */
export function vpcCidrFault(cidr: string): string | undefined {
  if (!isIPv4Cidr(cidr)) return "is not an IPv4 block in CIDR notation";
  const prefix = prefixLength(cidr);
  const size = `is a /${prefix} (${addressCount(cidr)} addresses)`;
  if (prefix < awsVpcPrefixes.shortest) {
    return `${size}, larger than the /${awsVpcPrefixes.shortest} (65536 addresses) that AWS allows for a VPC`;
  }
  if (prefix > smallestVpcPrefix) {
    return `${size}, too small: public and private subnets in up to 3 zones need a /${smallestVpcPrefix} (256 addresses)`;
  }
  if (networkOf(cidr) !== cidr) return `does not start at its first address, which is ${networkOf(cidr)}`;
  return undefined;
}

/** Why `cidr` cannot hold the addresses of Kubernetes Services in the VPC `vpcCidr`; undefined if it can. */
export function serviceCidrFault(cidr: string, vpcCidr: string): string | undefined {
  if (!isIPv4Cidr(cidr)) return "is not an IPv4 block in CIDR notation";
  const prefix = prefixLength(cidr);
  if (prefix < servicePrefixes.shortest || prefix > servicePrefixes.longest) {
    return `is a /${prefix}, and EKS takes /${servicePrefixes.shortest} to /${servicePrefixes.longest}`;
  }
  if (networkOf(cidr) !== cidr) return `does not start at its first address, which is ${networkOf(cidr)}`;
  if (!containsCidr(privateBlocks, cidr)) return `is not inside ${privateBlocks.join(", ")}, as EKS requires`;
  if (isIPv4Cidr(vpcCidr) && overlapCidr(cidr, vpcCidr)) return `overlaps the VPC's ${vpcCidr}`;
  return undefined;
}

/**
 * Cuts a VPC into one public and one private subnet per zone.
 *
 * Nodes and pods live in the private subnets, so each of these is a quarter of the VPC; the last quarter is
 * cut into four public subnets, which hold NAT gateways and load balancers. The cut does not depend on the
 * number of zones: a third zone can be added later without replacing the subnets of the first two.
 *
 * @throws {UserError} on a block that AWS refuses or that is too small, and on fewer than 2 or more than 3
 *   zones (EKS wants two; the cut has room for three).
 */
export function planSubnets(vpcCidr: string, zones: readonly string[]): SubnetPlan {
  const fault = vpcCidrFault(vpcCidr);
  if (fault !== undefined) {
    throw new UserError({
      what: `VPC: cannot be made from ${JSON.stringify(vpcCidr)}, because it ${fault}.`,
      remedy: "Choose a block from /16 to /24: pulumi config set cidr 10.0.0.0/16",
    });
  }
  if (zones.length < 2 || zones.length > 3 || new Set(zones).size !== zones.length) {
    throw new UserError({
      what: `VPC: needs 2 or 3 different availability zones, not [${zones.join(", ")}]: EKS refuses fewer than two.`,
      remedy: "Set their number, or their names: pulumi config set availabilityZones 3",
    });
  }
  const publicQuarter = block(vpcCidr, privateBits, 2 ** privateBits - 1);
  return {
    public: zones.map((zone, index) => ({
      zone,
      cidr: block(publicQuarter, publicBits - privateBits, index),
    })),
    private: zones.map((zone, index) => ({ zone, cidr: block(vpcCidr, privateBits, index) })),
  };
}

/** The block number `index` of those that are 2^`bits` times smaller than `parent`. */
function block(parent: string, bits: number, index: number): string {
  const prefix = prefixLength(parent) + bits;
  const first = parseCidr(parent).start + BigInt(index) * 2n ** BigInt(32 - prefix);
  const bytes = [24n, 16n, 8n, 0n].map((shift) => (first >> shift) & 255n);
  return `${bytes.join(".")}/${prefix}`;
}
