/** The install manifest of a Flux release: from its text to objects, and its digest. */
import { createHash } from "node:crypto";
import { parseAllDocuments } from "yaml";
import { UserError } from "../errors.ts";
import type { KubernetesObject } from "../kubernetes-object.ts";

export interface InstallManifest {
  /** `sha256:` and hexadecimal digits, of the text as it was served. */
  readonly digest: string;
  readonly objects: readonly KubernetesObject[];
}

/** Without these nothing is ever applied; notifications and image automation may be left out of a release. */
const needed = ["source-controller", "kustomize-controller", "helm-controller"];

/** @throws {UserError} if the text is no install manifest: a proxy's error page is a common answer. */
export function parseInstallManifest(address: string, text: string): InstallManifest {
  const documents = parseAllDocuments(text);
  const invalid = documents.find(({ errors }) => errors.length > 0)?.errors[0];
  if (invalid !== undefined)
    throw noManifest(address, `is not YAML: ${invalid.message.split("\n")[0] ?? ""}`);
  const objects = documents.map((document) => document.toJS() as unknown).filter((value) => value !== null);
  const odd = objects.find((value) => !isObject(value));
  if (odd !== undefined) {
    throw noManifest(
      address,
      `holds something that is no Kubernetes object: ${JSON.stringify(odd).slice(0, 60)}`,
    );
  }
  const manifest = objects as KubernetesObject[];
  const missing = needed.filter(
    (name) => !manifest.some((object) => object.kind === "Deployment" && object.metadata.name === name),
  );
  if (missing.length > 0) throw noManifest(address, `has no Deployment ${missing.join(", ")}`);
  return { digest: `sha256:${createHash("sha256").update(text).digest("hex")}`, objects: manifest };
}

function isObject(value: unknown): boolean {
  const { apiVersion, kind, metadata } = value as Partial<KubernetesObject>;
  return typeof apiVersion === "string" && typeof kind === "string" && typeof metadata?.name === "string";
}

function noManifest(address: string, fault: string): UserError {
  return new UserError({
    what: `Flux: what ${address} serves is not the install manifest of a release, for it ${fault}.`,
    remedy:
      "Look at it (curl -L), and set the version or the address: pulumi config set --path flux.version v2.9.1",
  });
}
