/**
 * A dependency that does not exist. Flux applies nothing for an object whose dependency is missing, but it
 * finalizes it (kustomize-controller and helm-controller read the deletion timestamp before the dependencies), so a
 * Kustomization or HelmRelease can be resumed for its deletion without reapplying what earlier waves have deleted.
 */
import { text } from "../../fields.ts";

export const missingDependency = "sdlc-teardown-gate-that-does-not-exist";

export function isMissingDependency(dependency: unknown): boolean {
  return text(dependency, "name") === missingDependency;
}
