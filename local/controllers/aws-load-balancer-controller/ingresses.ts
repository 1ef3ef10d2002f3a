/** Ingresses of the class `alb`: an application load balancer each, or one for all of a group. */
import type { V1Ingress, V1IngressClass, V1IngressServiceBackend, V1Service } from "@kubernetes/client-node";
import { metadataOf } from "../runtime/controller.ts";
import { readAttributes, resourceName, type Rule, type Stack } from "./stack.ts";

const prefix = "alb.ingress.kubernetes.io/";
const controllerName = "ingress.k8s.aws/alb";

export interface IngressView {
  readonly cluster: string;
  readonly classes: () => readonly V1IngressClass[];
  readonly ingresses: () => readonly V1Ingress[];
  readonly service: (name: string, namespace: string) => V1Service | undefined;
}

const groupOf = ({ metadata }: V1Ingress): string | undefined =>
  metadata?.annotations?.[`${prefix}group.name`];

export function ingressFinalizer(ingress: V1Ingress): string {
  const group = groupOf(ingress);
  return group === undefined ? "ingress.k8s.aws/resources" : `group.ingress.k8s.aws/${group}`;
}

/**
 * Whether the Ingress is one of the controller's.
 * @throws where its IngressClass is gone: then the controller can neither serve it nor let it go
 */
export function isOurs(ingress: V1Ingress, { classes }: IngressView): boolean {
  const annotated = ingress.metadata?.annotations?.["kubernetes.io/ingress.class"];
  if (annotated !== undefined) return annotated === "alb";
  const name = ingress.spec?.ingressClassName;
  if (name === undefined) return false;
  const found = classes().find(({ metadata }) => metadata?.name === name);
  if (found) return found.spec?.controller === controllerName;
  if (!ingress.metadata?.finalizers?.includes(ingressFinalizer(ingress))) return false;
  throw new Error(`invalid ingress class: IngressClass.networking.k8s.io "${name}" not found`);
}

export function ingressStackId(ingress: V1Ingress): Pick<Stack, "owner" | "id"> {
  const { namespace = "", name = "" } = metadataOf(ingress);
  return { owner: "ingress.k8s.aws", id: groupOf(ingress) ?? `${namespace}/${name}` };
}

/** The Ingresses that share the load balancer and are to stay. */
export function membersOf(ingress: V1Ingress, view: IngressView): V1Ingress[] {
  const { id } = ingressStackId(ingress);
  return view
    .ingresses()
    .filter((other) => !other.metadata?.deletionTimestamp && ingressStackId(other).id === id)
    .filter((other) => isOurs(other, view));
}

/** @param members at least one */
export function ingressStack(members: readonly V1Ingress[], view: IngressView): Stack {
  const [first] = members;
  if (!first) throw new Error("a stack needs an Ingress");
  const { namespace = "", name = "", annotations = {} } = metadataOf(first);
  const group = groupOf(first);
  return {
    ...ingressStackId(first),
    type: "application",
    name: resourceName(group ?? namespace, group === undefined ? name : "", view.cluster),
    scheme: annotations[`${prefix}scheme`] === "internet-facing" ? "internet-facing" : "internal",
    attributes: readAttributes(annotations[`${prefix}load-balancer-attributes`]),
    listeners: [{ port: 80, target: undefined, rules: members.flatMap((member) => rulesOf(member, view)) }],
  };
}

function rulesOf(ingress: V1Ingress, view: IngressView): Rule[] {
  const { spec } = ingress;
  const fallback = spec?.defaultBackend?.service;
  return [
    ...(spec?.rules ?? []).flatMap(({ host, http }) =>
      (http?.paths ?? []).flatMap(({ path = "/", pathType, backend: { service } }) =>
        service
          ? [{ host, path: pathType === "Prefix" ? `${path.replace(/\/$/, "")}/*` : path, service }]
          : [],
      ),
    ),
    ...(fallback ? [{ host: undefined, path: "/*", service: fallback }] : []),
  ].map(({ host, path, service }) => ({ host, path, target: targetOf(ingress, service, view) }));
}

function targetOf(
  ingress: V1Ingress,
  { name, port }: V1IngressServiceBackend,
  { cluster, service }: IngressView,
): Rule["target"] {
  const { namespace = "", name: ingressName = "", uid = "", annotations = {} } = metadataOf(ingress);
  const found = service(name, namespace);
  if (!found) throw new Error(`services "${name}" not found`);
  const servicePort = found.spec?.ports?.find(
    (each) => each.port === port?.number || (port?.name !== undefined && each.name === port.name),
  );
  if (!servicePort) throw new Error(`service ${namespace}/${name} has no such port`);
  const type = annotations[`${prefix}target-type`] === "ip" ? "ip" : "instance";
  if (type === "instance" && servicePort.nodePort === undefined) {
    throw new Error(
      `TargetGroup port is empty. When using Instance targets, your service ${namespace}/${name} must be of type 'NodePort' or 'LoadBalancer'`,
    );
  }
  return {
    namespace,
    service: name,
    servicePort: servicePort.port,
    port:
      type === "instance" ? (servicePort.nodePort ?? 0) : Number(servicePort.targetPort) || servicePort.port,
    type,
    name: resourceName(namespace, name, cluster, uid, servicePort.port),
    resource: `${namespace}/${ingressName}-${name}:${servicePort.port}`,
  };
}
