import { parseCidr } from "cidr-tools";

/** The `offset`-th address of an IPv4 block: 1 is the API server's Service, 10 the DNS service, as in EKS. */
export function addressIn(cidr: string, offset: number): string {
  const address = parseCidr(cidr).start + BigInt(offset);
  return [24n, 16n, 8n, 0n].map((shift) => String((address >> shift) & 255n)).join(".");
}
