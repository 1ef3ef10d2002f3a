/**
 * The rules that an order must keep, one after the other: what has to be gone before what. That a dependent goes before its owner
 * is not among them: it follows from what is deleted directly.
 */
import { append } from "../../multimap.ts";
import { foreignFinalizers, type ControllerName } from "../external/controllers.ts";
import { finalizerController } from "../external/holdings.ts";
import { objectsOf } from "../inventory/inventory.ts";
import { kindId, objectId, type ObjectId } from "../inventory/object-id.ts";
import { concernsDrain, definitionOf, type Facts } from "./facts.ts";
import type { Requirement } from "./requirements.ts";

export const rules: readonly ((facts: Facts) => Requirement[])[] = [
  dependsOn,
  customObjects,
  externalControllers,
  mountedVolumes,
  classes,
  karpenter,
  namespaces,
  accounts,
];

/** What depends on another goes first: `spec.dependsOn` of both kinds, reversed, which Flux itself ignores on deletion. */
function dependsOn({ inventory }: Facts): Requirement[] {
  return objectsOf(inventory, "kustomization", "helm-release").flatMap(({ id, detail }) =>
    detail.dependsOn.map((dependency) => ({
      before: id,
      after: dependency,
      reason: { rule: "depends-on" },
    })),
  );
}

/**
 * Custom objects go before whatever brings their definition or their controller, whoever owns them and whether or not
 * anything was declared: without the controller a finalizer stays for ever.
 */
function customObjects(facts: Facts): Requirement[] {
  return [...facts.inventory.objects.values()].flatMap((object) => {
    const definition = definitionOf(facts, object);
    if (definition === undefined) return [];
    const deliveries = facts.controllers.deliveries.get(kindId(object.group, object.kind)) ?? [];
    const finalizers = foreignFinalizers(object.finalizers);
    return deliveries.map((delivery) => ({
      before: object.id,
      after: delivery,
      reason: { rule: "custom-object" as const, definition: definition.id, finalizers },
    }));
  });
}

/** What holds something in AWS goes before the workload that clears it away: load balancer controller, EBS CSI, Karpenter. */
function externalControllers({ inventory, holdings, controllers }: Facts): Requirement[] {
  return [...inventory.objects.values()].flatMap((object) => {
    const named = [
      ...(holdings.get(object.id) ?? []).map(({ controller }) => controller),
      ...object.finalizers.map((finalizer) => finalizerController(object, finalizer)),
    ].filter((controller): controller is ControllerName => controller !== undefined);
    return [...new Set(named)].flatMap((controller) =>
      (controllers.workloads.get(controller) ?? []).map((workload) => ({
        before: object.id,
        after: workload.id,
        reason: { rule: "controller" as const, controller },
      })),
    );
  });
}

/** Workloads go before the claims that their pods mount: a claim in use is not deleted (`kubernetes.io/pvc-protection`). */
function mountedVolumes({ inventory }: Facts): Requirement[] {
  const byTemplate = claimsByPrefix();
  return objectsOf(inventory, "workload").flatMap(({ id, namespace, detail }) => {
    const named = detail.claims.map((name) =>
      objectId({ group: "", kind: "PersistentVolumeClaim", namespace, name }),
    );
    const made = detail.claimPrefixes.flatMap((prefix) => byTemplate.get(`${namespace}/${prefix}`) ?? []);
    return [...new Set([...named, ...made])].map((claim) => ({
      before: id,
      after: claim,
      reason: { rule: "mounted-volume" },
    }));
  });

  /** A StatefulSet numbers the claims of a template: `<template>-<name>-<ordinal>`. */
  function claimsByPrefix(): Map<string, ObjectId[]> {
    const claims = new Map<string, ObjectId[]>();
    for (const { id, namespace, name } of objectsOf(inventory, "claim")) {
      const [, prefix] = /^(.*-)\d+$/.exec(name) ?? [];
      if (prefix === undefined) continue;
      append(claims, `${namespace}/${prefix}`, id);
    }
    return claims;
  }
}

/** An Ingress goes before its IngressClass, a Gateway before its GatewayClass: the controller finds itself by the class. */
function classes({ inventory }: Facts): Requirement[] {
  return objectsOf(inventory, "ingress", "gateway").flatMap(({ id, group, kind, detail }) => {
    if (detail.className === undefined) return [];
    const name = detail.className;
    const after = objectId({ group, kind: `${kind}Class`, namespace: "", name });
    return [{ before: id, after, reason: { rule: "class" } }];
  });
}

/** Pools go before their claims, which they would replace, and both before the class that says how to end an instance. */
function karpenter({ inventory }: Facts): Requirement[] {
  return objectsOf(inventory, "node-pool", "node-claim").flatMap(({ id, group, detail }) => {
    const requirements: Requirement[] = [];
    if (detail.nodeClass !== undefined) {
      requirements.push({ before: id, after: detail.nodeClass, reason: { rule: "node-class" } });
    }
    if (detail.pool !== undefined) {
      const pool = objectId({ group, kind: "NodePool", namespace: "", name: detail.pool });
      requirements.push({ before: pool, after: id, reason: { rule: "node-pool" } });
    }
    return requirements;
  });
}

/**
 * What is in a namespace goes before what deletes the namespace: a namespace takes all its objects at once, suspended
 * releases included, and Helm's record of a release with them.
 */
function namespaces(facts: Facts): Requirement[] {
  return [...facts.inventory.objects.values()].flatMap((object) => {
    if (!concernsDrain(facts, object)) return [];
    const needed = new Set([object.namespace]);
    if (object.detail.type === "helm-release") {
      needed.add(object.detail.storageNamespace).add(object.detail.release.namespace);
    }
    needed.delete("");
    return [...needed].map((namespace) => ({
      before: object.id,
      after: objectId({ group: "", kind: "Namespace", namespace: "", name: namespace }),
      reason: { rule: "in-namespace" as const, namespace },
    }));
  });
}

/**
 * What Flux does in the name of an account goes before the account and its rights: when they are gone, Flux logs it, prunes
 * nothing, and lets the object go (kustomize-controller `finalize`, helm-controller `reconcileReleaseDeletion`).
 */
function accounts({ inventory }: Facts): Requirement[] {
  const bindings = new Map<ObjectId, ObjectId[]>();
  for (const { id, detail } of objectsOf(inventory, "binding")) {
    for (const account of detail.accounts) append(bindings, account, id);
  }
  return objectsOf(inventory, "kustomization", "helm-release").flatMap(({ id, detail }) => {
    const { account } = detail;
    if (account === undefined || detail.remote) return [];
    return [account, ...(bindings.get(account) ?? [])].map((after) => ({
      before: id,
      after,
      reason: { rule: "acts-as" as const, account },
    }));
  });
}
