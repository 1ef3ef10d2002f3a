/** The load balancers and target groups that Services, Ingresses and Gateways held. */
import { allTagged } from "../../aws/balancer-kind.ts";
import type { Thing } from "../../aws/kind.ts";
import { classicLoadBalancerKind } from "../../aws/kinds/classic-load-balancers.ts";
import { loadBalancerKind } from "../../aws/kinds/load-balancers.ts";
import { targetGroupKind } from "../../aws/kinds/target-groups.ts";
import { clusterTagOf, type Owner } from "../../aws/ownership.ts";
import { AccountView } from "../../aws/view.ts";
import { controllerStack } from "../external/networking.ts";
import type { InventoryObject } from "../inventory/inventory.ts";
import { stillHeld, type AwsScope, type Held, type StillHeld } from "./held-in-aws.ts";

interface Balancer {
  readonly thing: Thing;
  /** The name in its address; a target group has none. */
  readonly dnsName?: string | undefined;
}

export async function heldBalancers(scope: AwsScope, held: readonly Held[]): Promise<StillHeld[]> {
  if (held.length === 0) return [];
  const view = new AccountView(scope.aws, { ...scope, vpcIds: [] });
  const [balancers, groups, classic] = await Promise.all([
    allTagged(loadBalancerKind, view),
    allTagged(targetGroupKind, view),
    allTagged(classicLoadBalancerKind, view),
  ]);
  const all: readonly Balancer[] = [
    ...balancers.map(({ thing, raw }) => ({
      thing: { ...thing, state: raw.State?.Code ?? "" },
      dnsName: raw.DNSName,
    })),
    ...groups,
    ...classic.map(({ thing, raw }) => ({ thing, dnsName: raw.DNSName })),
  ];
  // The Ingresses of a group hold one together: each of them still has it.
  return all.flatMap(({ thing, dnsName }) =>
    held.filter((one) => isHeldBy(scope, one, thing, dnsName)).map((one) => stillHeld(scope, one, thing)),
  );
}

/**
 * By its address, or by the tags of its controller: the AWS Load Balancer Controller's `elbv2.k8s.aws/cluster` with
 * `service.k8s.aws/stack`, `ingress.k8s.aws/stack` or `gateway.k8s.aws.<alb|nlb>/stack`, the cloud controller's `kubernetes.io/service-name`.
 */
function isHeldBy(
  { clusterName }: Owner,
  { object, holding }: Held,
  { id, tags }: Thing,
  dnsName: string | undefined,
): boolean {
  if (id === holding.reference) return true;
  const address = holding.reference?.toLowerCase().replace(/^dualstack\./, "");
  if (address !== undefined && address === dnsName?.toLowerCase().replace(/^dualstack\./, "")) return true;
  const ofCluster = clusterTagOf(clusterName, tags) !== undefined;
  return ofCluster && stackTags(object).some(([key, value]) => tags[key] === value);
}

function stackTags(object: InventoryObject): (readonly [string, string])[] {
  const { kind, namespace, name, annotations, labels } = object;
  const own = `${namespace}/${name}`;
  if (kind === "TargetGroupBinding") {
    const stack = controllerStack(labels);
    return stack === undefined ? [] : [[stack.key, stack.value]];
  }
  if (kind === "Gateway") {
    return [
      ["gateway.k8s.aws.alb/stack", own],
      ["gateway.k8s.aws.nlb/stack", own],
    ];
  }
  if (kind === "Service") {
    return [
      ["service.k8s.aws/stack", own],
      ["kubernetes.io/service-name", own],
    ];
  }
  if (kind !== "Ingress") return [];
  return [["ingress.k8s.aws/stack", annotations["alb.ingress.kubernetes.io/group.name"] ?? own]];
}
