/**
 * What Flux tells people, and where: a Provider with its secret and an Alert for each place (notification-controller).
 */
import type { KubernetesObject } from "../kubernetes-object.ts";
import { fluxApi, fluxNamespace } from "./api.ts";

/** `Value` is text once the references to AWS Secrets Manager are resolved. */
export type AlertPlace<Value = string> = {
  readonly severity: "info" | "error";
} & (
  | { readonly kind: "slack"; readonly address: Value; readonly channel?: string | undefined }
  | { readonly kind: "msteams" | "webhook"; readonly address: Value }
  /** The status of the commit that a cluster has applied. */
  | { readonly kind: "github"; readonly repository: string; readonly token: Value }
);

export interface AlertObjects {
  /** In clear: the caller makes secrets of the values. */
  readonly secret: { readonly name: string; readonly data: Readonly<Record<string, string>> };
  readonly provider: KubernetesObject;
  readonly alert: KubernetesObject;
}

/** Where the secret of a place is said. */
export function alertSecret<Value>(place: AlertPlace<Value>): {
  readonly key: string;
  readonly value: Value;
} {
  return place.kind === "github"
    ? { key: "token", value: place.token }
    : { key: "address", value: place.address };
}

/**
 * A Kustomization fails with whatever it applies, for it waits for that; so these and the sources are enough, where an
 * alert on releases would have to name every namespace.
 */
const sources = ["Kustomization", "GitRepository", "OCIRepository"];

/**
 * @param index of the place among the stack's: two of one kind are two objects.
 * @param cluster is told with every message.
 */
export function alertObjects(place: AlertPlace, index: number, cluster: string): AlertObjects {
  const name = `alerts-${place.kind}-${index + 1}`;
  const metadata = { name, namespace: fluxNamespace };
  const { key, value } = alertSecret(place);
  return {
    secret: { name, data: { [key]: value } },
    provider: {
      apiVersion: fluxApi.notification,
      kind: "Provider",
      metadata,
      spec: { ...providerSpec(place), secretRef: { name } },
    },
    alert: {
      apiVersion: fluxApi.notification,
      kind: "Alert",
      metadata,
      spec: {
        providerRef: { name },
        eventSeverity: place.severity,
        eventMetadata: { cluster },
        // The status of a commit is that of what was applied; a source applies nothing.
        eventSources: (place.kind === "github" ? ["Kustomization"] : sources).map((kind) => ({
          kind,
          name: "*",
        })),
      },
    },
  };
}

function providerSpec(place: AlertPlace): object {
  switch (place.kind) {
    case "slack":
      return { type: "slack", ...(place.channel === undefined ? {} : { channel: place.channel }) };
    case "msteams":
      return { type: "msteams" };
    case "webhook":
      return { type: "generic" };
    case "github":
      return { type: "github", address: place.repository.replace(/\.git$/, "") };
  }
}
