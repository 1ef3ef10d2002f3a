/** What runs in the cluster: what runs pods and the volumes that it mounts, rights, and what extends the API server. */
import { at, count, list, text, texts } from "../../fields.ts";
import type {
  ApiServiceDetail,
  BindingDetail,
  DefinitionDetail,
  RoleDetail,
  ServiceReference,
  WebhookDetail,
  WorkloadDetail,
} from "./detail.ts";
import { objectId, type ObjectIdentity } from "./object-id.ts";

export function readWorkload({ kind, name }: ObjectIdentity, manifest: unknown): WorkloadDetail {
  const ready =
    count(manifest, "status", "readyReplicas") ??
    count(manifest, "status", "numberReady") ??
    count(manifest, "status", "active") ??
    (kind === "Pod" && text(manifest, "status", "phase") === "Running" ? 1 : 0);
  const wanted =
    count(manifest, "status", "desiredNumberScheduled") ?? count(manifest, "spec", "replicas") ?? 1;
  return {
    type: "workload",
    wanted,
    ready,
    claims: list(podSpec(kind, manifest), "volumes").flatMap(
      (volume) => text(volume, "persistentVolumeClaim", "claimName") ?? [],
    ),
    claimPrefixes: list(manifest, "spec", "volumeClaimTemplates").flatMap((template) => {
      const prefix = text(template, "metadata", "name");
      return prefix === undefined ? [] : [`${prefix}-${name}-`];
    }),
  };
}

function podSpec(kind: string, manifest: unknown): unknown {
  if (kind === "Pod") return at(manifest, "spec");
  if (kind === "CronJob") return at(manifest, "spec", "jobTemplate", "spec", "template", "spec");
  return at(manifest, "spec", "template", "spec");
}

const writes = ["*", "update", "patch"];

/**
 * Writing a kind's status or finalizers is what a controller does, and what the roles made for people leave out. A rule
 * for all groups or all resources says nothing about any one of them.
 */
export function readRole(_identity: ObjectIdentity, manifest: unknown): RoleDetail {
  const controls = list(manifest, "rules").flatMap((rule) => {
    if (!texts(rule, "verbs").some((verb) => writes.includes(verb))) return [];
    const plurals = texts(rule, "resources").flatMap((resource) => {
      const [plural = "", part] = resource.split("/");
      return plural !== "*" && (part === "status" || part === "finalizers") ? [plural] : [];
    });
    const groups = texts(rule, "apiGroups").filter((group) => group !== "*" && group !== "");
    return groups.flatMap((group) => plurals.map((plural) => `${plural}.${group}`));
  });
  return { type: "role", controls: [...new Set(controls)] };
}

export function readBinding({ namespace }: ObjectIdentity, manifest: unknown): BindingDetail {
  return {
    type: "binding",
    accounts: list(manifest, "subjects").flatMap((subject) => {
      const name = text(subject, "name");
      if (text(subject, "kind") !== "ServiceAccount" || name === undefined) return [];
      const home = text(subject, "namespace") ?? namespace;
      return [objectId({ group: "", kind: "ServiceAccount", namespace: home, name })];
    }),
  };
}

export function readDefinition(_identity: ObjectIdentity, manifest: unknown): DefinitionDetail {
  return {
    type: "definition",
    defines: {
      group: text(manifest, "spec", "group") ?? "",
      kind: text(manifest, "spec", "names", "kind") ?? "",
      plural: text(manifest, "spec", "names", "plural") ?? "",
    },
  };
}

export function readWebhooks(_identity: ObjectIdentity, manifest: unknown): WebhookDetail {
  return {
    type: "webhook",
    webhooks: list(manifest, "webhooks").map((webhook) => ({
      name: text(webhook, "name") ?? "",
      service: serviceReference(at(webhook, "clientConfig", "service")),
      failsClosed: text(webhook, "failurePolicy") !== "Ignore",
    })),
  };
}

export function readApiService(_identity: ObjectIdentity, manifest: unknown): ApiServiceDetail {
  const available = list(manifest, "status", "conditions").find((item) => text(item, "type") === "Available");
  return {
    type: "api-service",
    service: serviceReference(at(manifest, "spec", "service")),
    available: text(available, "status") !== "False",
    message: text(available, "message") ?? "",
  };
}

function serviceReference(value: unknown): ServiceReference | undefined {
  const name = text(value, "name");
  return name === undefined ? undefined : { namespace: text(value, "namespace") ?? "", name };
}
