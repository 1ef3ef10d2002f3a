/** Objects by which an operator makes and deletes resources of AWS: of ACK, of Crossplane, of the Terraform controller. */
import { flag, text, textMap, texts } from "../../fields.ts";
import type { AwsResourceDetail } from "./detail.ts";
import type { ObjectIdentity } from "./object-id.ts";

const ack = /\.services\.k8s\.aws$/;
/** Namespaced ones, since Crossplane 2: without a deletion policy. */
const crossplaneNamespaced = /(^|\.)aws\.m\.upbound\.io$/;
const crossplane = /(^|\.)aws\.(upbound|crossplane)\.io$/;
const terraform = /^infra\.contrib\.fluxcd\.io$/;

/** Objects of these groups that only say how to reach AWS. */
const settings = /^(ProviderConfig|ProviderConfigUsage|ClusterProviderConfig|FieldExport|AdoptedResource)$/;

/** @param kind `<Kind>.<group>` */
export function isAwsResource(kind: string): boolean {
  const dot = kind.indexOf(".");
  const group = kind.slice(dot + 1);
  return (
    dot > 0 &&
    !settings.test(kind.slice(0, dot)) &&
    [ack, crossplane, crossplaneNamespaced, terraform].some((pattern) => pattern.test(group))
  );
}

export function readAwsResource(identity: ObjectIdentity, manifest: unknown): AwsResourceDetail {
  if (ack.test(identity.group)) return readAck(manifest);
  if (terraform.test(identity.group)) {
    // It deletes what is in its own state, and only if it is told to.
    const orphans = !flag(manifest, "spec", "destroyResourcesOnDeletion");
    return { type: "aws-resource", madeHere: true, orphans, letGo: {} };
  }
  return readCrossplane(manifest, crossplaneNamespaced.test(identity.group));
}

/** aws-controllers-k8s/runtime, `apis/core/v1alpha1/annotations.go`. */
function readAck(manifest: unknown): AwsResourceDetail {
  const annotations = textMap(manifest, "metadata", "annotations");
  return {
    type: "aws-resource",
    // ACK refuses what exists already, unless it is told to adopt it.
    madeHere:
      annotations["services.k8s.aws/adopted"] !== "true" &&
      annotations["services.k8s.aws/adoption-policy"] === undefined,
    orphans: annotations["services.k8s.aws/deletion-policy"] === "retain",
    letGo: { metadata: { annotations: { "services.k8s.aws/deletion-policy": "retain" } } },
  };
}

/**
 * Crossplane takes over whatever exists under an object's external name, and says nothing of it; of what it made itself it notes
 * the time (crossplane-runtime, `pkg/meta`, `AnnotationKeyExternalCreateSucceeded`). Explicit management policies go before the
 * deletion policy (crossplane-runtime, `managed/policies.go`, `ShouldDelete`).
 */
function readCrossplane(manifest: unknown, namespaced: boolean): AwsResourceDetail {
  const policies = texts(manifest, "spec", "managementPolicies");
  const isExplicit = policies.length > 0 && !isAll(policies);
  const kept = policies.filter((policy) => policy !== "Delete" && policy !== "*");
  return {
    type: "aws-resource",
    madeHere:
      textMap(manifest, "metadata", "annotations")["crossplane.io/external-create-succeeded"] !== undefined,
    orphans: isExplicit
      ? kept.length === policies.length
      : text(manifest, "spec", "deletionPolicy") === "Orphan" && !namespaced,
    letGo: {
      spec: {
        ...(namespaced || isExplicit
          ? { managementPolicies: isExplicit ? kept : ["Create", "LateInitialize", "Observe", "Update"] }
          : {}),
        ...(namespaced ? {} : { deletionPolicy: "Orphan" }),
      },
    },
  };
}

function isAll(policies: readonly string[]): boolean {
  return policies.length === 1 && policies[0] === "*";
}
