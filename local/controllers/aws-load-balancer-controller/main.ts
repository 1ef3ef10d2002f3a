/**
 * Stands for the AWS Load Balancer Controller (kubernetes-sigs/aws-load-balancer-controller v2): Services become network
 * load balancers, Ingresses application load balancers, with its names, tags, finalizers and order of deletion. Without
 * its webhooks, certificates, health checks and targets by address: none of them outlives a cluster.
 */
import type { V1Ingress, V1IngressClass, V1Node, V1Service } from "@kubernetes/client-node";
import type { Watched } from "../../kubernetes/cluster-client.ts";
import { Controller, type Kind } from "../runtime/controller.ts";
import { connect, readFlags, reportReady } from "../runtime/environment.ts";
import { Account } from "./account.ts";
import { bindingBehaviour } from "./bindings.ts";
import { bindingKind, Deployer, type Binding } from "./deploy.ts";
import {
  ingressFinalizer,
  ingressStack,
  ingressStackId,
  isOurs,
  membersOf,
  type IngressView,
} from "./ingresses.ts";
import { BackendGroup } from "./security-groups.ts";
import { serviceFinalizer, serviceStack, serviceStackId, wantsBalancer } from "./services.ts";

const serviceKind: Kind = { apiVersion: "v1", kind: "Service", plural: "services" };
const ingressKind: Kind = { apiVersion: "networking.k8s.io/v1", kind: "Ingress", plural: "ingresses" };
const classKind: Kind = {
  apiVersion: "networking.k8s.io/v1",
  kind: "IngressClass",
  plural: "ingressclasses",
};

const flags = readFlags();
const cluster = flags["cluster-name"] ?? "";
const controller = new Controller(connect(), "aws-load-balancer-controller");

const nodes = await controller.watch<V1Node>({ apiVersion: "v1", kind: "Node", plural: "nodes" });
const account = new Account(cluster, () => nodes.list());
const backend = new BackendGroup(account);
const bindings: Watched<Binding> = await controller.manage<Binding>(
  bindingKind,
  bindingBehaviour(account, () => bindings.list()),
);
const deployer = new Deployer(controller, account, backend, bindings);

const services = await controller.manage<V1Service>(serviceKind, {
  wants: wantsBalancer,
  finalizer: () => serviceFinalizer,
  failure: "FailedDeployModel",
  sync: async (service) => {
    const hostname = await deployer.deploy(serviceStack(service, cluster));
    if (service.status?.loadBalancer?.ingress?.[0]?.hostname === hostname) return;
    await controller.mergeStatus(serviceKind, service, { loadBalancer: { ingress: [{ hostname }] } });
  },
  remove: async (service) => {
    await deployer.remove(serviceStackId(service));
  },
});

const classes = await controller.watch<V1IngressClass>(classKind);
const view: IngressView = {
  cluster,
  classes: () => classes.list(),
  ingresses: () => ingresses.list(),
  service: (name, namespace) => services.get(name, namespace),
};
const ingresses: Watched<V1Ingress> = await controller.manage<V1Ingress>(ingressKind, {
  wants: (ingress) => isOurs(ingress, view),
  finalizer: ingressFinalizer,
  failure: "FailedDeployModel",
  // The members of a group share a load balancer, so only one may be at work.
  concurrency: 1,
  sync: async (ingress) => {
    const hostname = await deployer.deploy(ingressStack(membersOf(ingress, view), view));
    if (ingress.status?.loadBalancer?.ingress?.[0]?.hostname === hostname) return;
    await controller.mergeStatus(ingressKind, ingress, { loadBalancer: { ingress: [{ hostname }] } });
  },
  remove: async (ingress) => {
    // Throws without its class.
    isOurs(ingress, view);
    const left = membersOf(ingress, view).filter(({ metadata }) => metadata?.uid !== ingress.metadata?.uid);
    if (left.length > 0) await deployer.deploy(ingressStack(left, view));
    else await deployer.remove(ingressStackId(ingress));
  },
});

reportReady(flags);
