/** Services of type LoadBalancer: a network load balancer each. */
import type { V1Service } from "@kubernetes/client-node";
import { metadataOf } from "../runtime/controller.ts";
import { readAttributes, resourceName, type Stack } from "./stack.ts";

const prefix = "service.beta.kubernetes.io/aws-load-balancer-";
export const serviceFinalizer = "service.k8s.aws/resources";

/** Whether the Service asks for this controller and for no other. */
export function wantsBalancer({ metadata, spec }: V1Service): boolean {
  if (spec?.type !== "LoadBalancer") return false;
  if (spec.loadBalancerClass !== undefined) return spec.loadBalancerClass === "service.k8s.aws/nlb";
  return ["external", "nlb-ip"].includes(metadata?.annotations?.[`${prefix}type`] ?? "");
}

export const serviceStackId = ({ metadata }: V1Service): Pick<Stack, "owner" | "id"> => ({
  owner: "service.k8s.aws",
  id: `${metadata?.namespace ?? ""}/${metadata?.name ?? ""}`,
});

export function serviceStack(service: V1Service, cluster: string): Stack {
  const { namespace = "", name = "", uid = "", annotations = {} } = metadataOf(service);
  const annotation = (key: string): string | undefined => annotations[prefix + key];
  const type = annotation("type") === "nlb-ip" || annotation("nlb-target-type") === "ip" ? "ip" : "instance";
  return {
    ...serviceStackId(service),
    type: "network",
    name: resourceName(namespace, name, cluster, uid),
    scheme: annotation("scheme") === "internet-facing" ? "internet-facing" : "internal",
    attributes: readAttributes(annotation("attributes")),
    listeners: (service.spec?.ports ?? []).map(({ port, nodePort = 0, targetPort }) => ({
      port,
      rules: [],
      target: {
        namespace,
        service: name,
        servicePort: port,
        port: type === "instance" ? nodePort : Number(targetPort) || port,
        type,
        name: resourceName(namespace, name, cluster, uid, port),
        resource: `${namespace}/${name}:${port}`,
      },
    })),
  };
}
