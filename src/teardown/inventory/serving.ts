/** What extends the API server, and breaks it for everybody when its service goes. */
import type { ObjectIdentity } from "./object-id.ts";
import type { ApiServiceDetail, DefinitionDetail, ServiceReference, WebhookDetail } from "./detail.ts";
import { at, list, text } from "../../fields.ts";

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
