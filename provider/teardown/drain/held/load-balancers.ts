/** Load balancers and target groups that Services, Ingresses and Gateways held. */
import * as classic from "@aws-sdk/client-elastic-load-balancing";
import * as v2 from "@aws-sdk/client-elastic-load-balancing-v2";
import { controllerStack } from "../../../../src/teardown/external/networking.ts";
import type { InventoryObject } from "../../../../src/teardown/inventory/inventory.ts";
import { classicTags, v2Tags, type TagsById } from "../../../aws/balancer-tags.ts";
import { clusterTags, type Tags } from "../../../census/scope.ts";
import { heldBecause, type AwsScope, type Held, type StillHeld } from "../held-in-aws.ts";

interface Candidate {
  readonly type: string;
  readonly id: string;
  /** The name in a load balancer's address; a target group has none. */
  readonly dnsName: string | undefined;
  readonly state: string;
}

export async function findBalancers(scope: AwsScope, held: readonly Held[]): Promise<StillHeld[]> {
  if (held.length === 0) return [];
  const found = await Promise.all([ofV2(scope), ofClassic(scope)]);
  return found.flat().flatMap(({ candidate, tags }) => {
    const { type, id, state } = candidate;
    const tag = clusterTags(scope.clusterName).find(([key, value]) => tags[key] === value);
    // The Ingresses of a group hold one together: each of them still has it.
    return held
      .filter((each) => isHeldBy(scope, each, candidate, tags))
      .map((one) => ({
        held: one,
        thing: { type, id, because: heldBecause(one) },
        state,
        ownership: tag && `${tag[0]}=${tag[1]}`,
      }));
  });
}

/**
 * By its address, or by the tags of its controller: the AWS Load Balancer Controller's `elbv2.k8s.aws/cluster` with
 * `service.k8s.aws/stack`, `ingress.k8s.aws/stack` or `gateway.k8s.aws.<alb|nlb>/stack`, the cloud controller's `kubernetes.io/service-name`.
 */
function isHeldBy(
  { clusterName }: AwsScope,
  { object, holding }: Held,
  { id, dnsName }: Candidate,
  tags: Tags,
): boolean {
  if (id === holding.reference) return true;
  const address = holding.reference?.toLowerCase().replace(/^dualstack\./, "");
  if (address !== undefined && address === dnsName?.toLowerCase().replace(/^dualstack\./, "")) return true;
  const ofCluster = clusterTags(clusterName).some(([key, value]) => tags[key] === value);
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

interface Tagged {
  readonly candidate: Candidate;
  readonly tags: Tags;
}

async function ofV2({ aws }: AwsScope): Promise<Tagged[]> {
  const client = aws.loadBalancing;
  const all: Candidate[] = [];
  for await (const page of v2.paginateDescribeLoadBalancers({ client }, {})) {
    for (const { LoadBalancerArn: id = "", DNSName: dnsName, State } of page.LoadBalancers ?? []) {
      all.push({ type: "elasticloadbalancing:loadbalancer", id, dnsName, state: State?.Code ?? "" });
    }
  }
  for await (const page of v2.paginateDescribeTargetGroups({ client }, {})) {
    for (const { TargetGroupArn: id = "" } of page.TargetGroups ?? []) {
      all.push({ type: "elasticloadbalancing:targetgroup", id, dnsName: undefined, state: "there" });
    }
  }
  const arns = all.map(({ id }) => id);
  return tagged(all, await v2Tags(client, arns));
}

async function ofClassic({ aws }: AwsScope): Promise<Tagged[]> {
  const client = aws.classicLoadBalancing;
  const all: Candidate[] = [];
  for await (const page of classic.paginateDescribeLoadBalancers({ client }, {})) {
    for (const { LoadBalancerName: id = "", DNSName: dnsName } of page.LoadBalancerDescriptions ?? []) {
      all.push({ type: "elasticloadbalancing:classic", id, dnsName, state: "there" });
    }
  }
  const names = all.map(({ id }) => id);
  return tagged(all, await classicTags(client, names));
}

/** What has no answer for its tags was deleted between the two questions. */
function tagged(all: readonly Candidate[], tags: TagsById): Tagged[] {
  return all.flatMap((candidate) => {
    const its = tags.get(candidate.id);
    return its === undefined ? [] : [{ candidate, tags: its }];
  });
}
