/** A service as a file of the GitOps repository. */
import { stringify } from "yaml";
import type { KubernetesObject } from "../kubernetes-object.ts";

/** From the root of the repository. */
export function servicePath(service: string): string {
  return `platform/services/${service}.yaml`;
}

export function serviceManifest(objects: readonly KubernetesObject[]): string {
  return objects.map((object) => `---\n${stringify(object)}`).join("");
}
