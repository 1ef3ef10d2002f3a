/**
 * Load balancers, of the AWS Load Balancer Controller and of the older cloud controller; VPC Lattice; DNS records of external-dns.
 */
import { monthlyPrice } from "../../cost/prices.ts";
import type { InventoryObject } from "../inventory/inventory.ts";
import { bindingSource } from "../inventory/networking.ts";
import { objectId } from "../inventory/object-id.ts";
import type { Ask, NotAsked } from "./ask.ts";
import type { ClusterView, ExternalHolding } from "./holdings.ts";

type BalancerKind = "application" | "network" | "classic";

const titles: Readonly<Record<BalancerKind, string>> = {
  application: "Application Load Balancer",
  network: "Network Load Balancer",
  classic: "Classic Load Balancer",
};

export function serviceHoldings(service: InventoryObject): readonly ExternalHolding[] {
  const { detail, finalizers, annotations, id } = service;
  if (detail.type !== "service") return [];
  const byLegacy = finalizers.includes("service.kubernetes.io/load-balancer-cleanup");
  const byController = finalizers.includes("service.k8s.aws/resources");
  // A Service that was of type LoadBalancer holds its load balancer for as long as it has the finalizer.
  if (!detail.loadBalancer && !byLegacy && !byController) return [];
  const type = annotations["service.beta.kubernetes.io/aws-load-balancer-type"] ?? "";
  const asksController =
    detail.loadBalancerClass === "service.k8s.aws/nlb" || ["external", "nlb-ip"].includes(type);
  // Any other class belongs to a controller of its own, such as one for bare metal.
  if (detail.loadBalancerClass !== undefined && !asksController && !byController) return [];
  if (byController || (asksController && !byLegacy)) {
    return [balancer("network", id, detail.address, "aws-load-balancer-controller")];
  }
  return [balancer(type === "nlb" ? "network" : "classic", id, detail.address, "cloud-controller-manager")];
}

export function ingressHoldings(ingress: InventoryObject, view: ClusterView): readonly ExternalHolding[] {
  const { detail, finalizers, annotations, id } = ingress;
  if (detail.type !== "ingress") return [];
  const held = finalizers.some((finalizer) => /^(group\.)?ingress\.k8s\.aws\//.test(finalizer));
  const ofClass =
    detail.className === "alb" ||
    classController(view, "networking.k8s.io", "IngressClass", detail.className) === "ingress.k8s.aws/alb";
  if (!held && !ofClass) return [];
  const group = annotations["alb.ingress.kubernetes.io/group.name"];
  const key = group === undefined ? id : `ingress group ${group}`;
  return [balancer("application", key, detail.address, "aws-load-balancer-controller")];
}

export function gatewayHoldings(gateway: InventoryObject, view: ClusterView): readonly ExternalHolding[] {
  const { detail, id } = gateway;
  if (detail.type !== "gateway") return [];
  const controller = classController(view, "gateway.networking.k8s.io", "GatewayClass", detail.className);
  if (controller === "gateway.k8s.aws/alb" || controller === "gateway.k8s.aws/nlb") {
    const kind = controller.endsWith("alb") ? "application" : "network";
    return [balancer(kind, id, detail.address, "aws-load-balancer-controller")];
  }
  if (controller !== "application-networking.k8s.aws/gateway-api-controller") return [];
  return [
    {
      thing: "aws-resource",
      description: "VPC Lattice service network",
      reference: detail.address,
      ask: {
        by: "nobody",
        why: "the program does not look for VPC Lattice",
        look: "aws vpc-lattice list-service-networks; aws vpc-lattice list-services",
      },
      key: id,
      controller: "aws-gateway-api-controller",
      monthlyPrice: undefined,
    },
  ];
}

/**
 * Of a binding made by hand the target group is not the cluster's; its targets and the rules for them are. One that the load
 * balancer controller has made is labelled, and its target group bears the tags of what it was made for.
 */
export function targetHoldings({ id, detail, labels }: InventoryObject): readonly ExternalHolding[] {
  const group = detail.type === "target-binding" ? detail.targetGroup : undefined;
  return [
    {
      thing: "target-group",
      description: "targets of a target group, and security group rules for them",
      reference: group,
      ask: controllerStack(labels) === undefined ? askTargets(group) : { by: "load-balancers" },
      key: id,
      controller: "aws-load-balancer-controller",
      monthlyPrice: undefined,
    },
  ];
}

/**
 * The tag with which the AWS Load Balancer Controller marks all that it makes for one Service, Ingress, group of Ingresses or
 * Gateway, of the labels that it puts on its bindings.
 */
export function controllerStack(
  labels: Readonly<Record<string, string>>,
): { readonly key: string; readonly value: string } | undefined {
  const made = bindingSource(labels);
  if (made === undefined) return undefined;
  const { prefix, namespace, name } = made;
  // The stack of a group of Ingresses has a name alone.
  return { key: `${prefix}/stack`, value: namespace === "" ? name : `${namespace}/${name}` };
}

function askTargets(group: string | undefined): Ask {
  const named = group !== undefined && /^[\w:/-]+$/.test(group) ? group : "<arn>";
  return {
    by: "nobody",
    why: "the program does not look for the targets of a group that is not the cluster's",
    look: `aws elbv2 describe-target-health --target-group-arn ${named}`,
  };
}

function balancer(
  kind: BalancerKind,
  key: string,
  reference: string | undefined,
  controller: ExternalHolding["controller"],
): ExternalHolding {
  return {
    thing: "load-balancer",
    description: titles[kind],
    reference,
    ask: { by: "load-balancers" },
    key,
    controller,
    monthlyPrice: monthlyPrice(`${kind}-load-balancer`),
  };
}

function classController(
  { inventory }: ClusterView,
  group: string,
  kind: string,
  name: string | undefined,
): string | undefined {
  if (name === undefined) return undefined;
  const detail = inventory.objects.get(objectId({ group, kind, namespace: "", name }))?.detail;
  return detail?.type === "class" ? detail.controller : undefined;
}

const hostname = "external-dns.alpha.kubernetes.io/hostname";

/** Records that external-dns keeps for a Service or an Ingress, and removes some time after it: no finalizer tells. */
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
      ask: askRecords(hosts),
      key: `${id} DNS`,
      controller: "external-dns",
      monthlyPrice: undefined,
    },
  ];
}

function askRecords(hosts: readonly string[]): NotAsked {
  const host = hosts.find((name) => /^[\w*.-]+$/.test(name));
  const look =
    host &&
    `aws route53 list-resource-record-sets --hosted-zone-id <zone> --query "ResourceRecordSets[?Name=='${host}.']"`;
  return { by: "nobody", why: "the program does not look for DNS records", ...(look && { look }) };
}
