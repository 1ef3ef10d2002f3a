/** What load balancers are made of. */
import { list, text } from "../../fields.ts";
import type { ClassDetail, IngressDetail, ServiceDetail, TargetBindingDetail } from "./detail.ts";
import type { ObjectIdentity } from "./object-id.ts";

export function readService(_identity: ObjectIdentity, manifest: unknown): ServiceDetail {
  return {
    type: "service",
    loadBalancer: text(manifest, "spec", "type") === "LoadBalancer",
    loadBalancerClass: text(manifest, "spec", "loadBalancerClass"),
    address: loadBalancerAddress(manifest),
  };
}

export function readIngress(_identity: ObjectIdentity, manifest: unknown): IngressDetail {
  return {
    type: "ingress",
    // The annotation is older, and still wins with the load balancer controller.
    className:
      text(manifest, "metadata", "annotations", "kubernetes.io/ingress.class") ??
      text(manifest, "spec", "ingressClassName"),
    hosts: list(manifest, "spec", "rules").flatMap((rule) => text(rule, "host") ?? []),
    address: loadBalancerAddress(manifest),
  };
}

export function readGateway(_identity: ObjectIdentity, manifest: unknown): IngressDetail {
  const [address] = list(manifest, "status", "addresses");
  return {
    type: "gateway",
    className: text(manifest, "spec", "gatewayClassName"),
    hosts: list(manifest, "spec", "listeners").flatMap((listener) => text(listener, "hostname") ?? []),
    address: text(address, "value"),
  };
}

export function readIngressClass(_identity: ObjectIdentity, manifest: unknown): ClassDetail {
  return { type: "class", controller: text(manifest, "spec", "controller") ?? "" };
}

export function readGatewayClass(_identity: ObjectIdentity, manifest: unknown): ClassDetail {
  return { type: "class", controller: text(manifest, "spec", "controllerName") ?? "" };
}

export function readTargetBinding(_identity: ObjectIdentity, manifest: unknown): TargetBindingDetail {
  return { type: "target-binding", targetGroup: text(manifest, "spec", "targetGroupARN") };
}

const bindingPrefixes = [
  "service.k8s.aws",
  "ingress.k8s.aws",
  "gateway.k8s.aws.alb",
  "gateway.k8s.aws.nlb",
] as const;

export interface BindingSource {
  readonly prefix: (typeof bindingPrefixes)[number];
  /** Empty for a group of Ingresses. */
  readonly namespace: string;
  readonly name: string;
}

/**
 * What the AWS Load Balancer Controller made a TargetGroupBinding for: it says so in labels (its `pkg/deploy/tracking`). Undefined
 * for a binding that somebody made by hand.
 */
export function bindingSource(labels: Readonly<Record<string, string>>): BindingSource | undefined {
  for (const prefix of bindingPrefixes) {
    const name = labels[`${prefix}/stack-name`];
    if (name !== undefined) return { prefix, namespace: labels[`${prefix}/stack-namespace`] ?? "", name };
  }
  return undefined;
}

function loadBalancerAddress(manifest: unknown): string | undefined {
  const [first] = list(manifest, "status", "loadBalancer", "ingress");
  return text(first, "hostname") ?? text(first, "ip");
}
