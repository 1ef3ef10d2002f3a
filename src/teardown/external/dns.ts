/** Records that external-dns keeps for a Service or an Ingress, and removes some time after it: no finalizer tells. */
import type { NotAsked } from "./ask.ts";
import type { ClusterView, ExternalHolding } from "./holdings.ts";
import type { InventoryObject } from "../inventory/inventory.ts";

const hostname = "external-dns.alpha.kubernetes.io/hostname";

export function dnsHoldings(
  { id, detail, annotations }: InventoryObject,
  { controllers }: ClusterView,
): readonly ExternalHolding[] {
  if (!controllers.workloads.has("external-dns")) return [];
  const named = annotations[hostname]?.split(",").map((name) => name.trim()) ?? [];
  const hosts = [...named, ...(detail.type === "ingress" ? detail.hosts : [])];
  if (hosts.length === 0) return [];
  return [
    {
      thing: "dns-records",
      description: "DNS records",
      reference: [...new Set(hosts)].join(", "),
      ask: notAsked(hosts),
      key: `${id} DNS`,
      controller: "external-dns",
      monthlyPrice: undefined,
    },
  ];
}

function notAsked(hosts: readonly string[]): NotAsked {
  const host = hosts.find((name) => /^[\w*.-]+$/.test(name));
  const look =
    host &&
    `aws route53 list-resource-record-sets --hosted-zone-id <zone> --query "ResourceRecordSets[?Name=='${host}.']"`;
  return { by: "nobody", why: "the program does not look for DNS records", ...(look && { look }) };
}
