/** Which sources to have look at once: what they follow has changed, and they would see it at their next interval only. */
import { keyOf, type FluxKey, type FluxObject } from "./flux-objects.ts";
import type { Row } from "./readiness.ts";

/** On what a Kustomization applies. What Pulumi makes has none, and is asked by Pulumi: a second writer would conflict. */
const appliedByFlux = "kustomize.toolkit.fluxcd.io/name";

/**
 * The sources that fail, perhaps for a secret that is another one by now, or that have not reached a commit which is there.
 *
 * @param rows what `assess` says of `objects`.
 */
export function toNudge(
  objects: readonly FluxObject[],
  rows: readonly Row[],
  commits: Readonly<Record<FluxKey, string>>,
): FluxObject[] {
  const states = new Map(rows.map(({ key, state }) => [key, state]));
  return objects.filter((object) => {
    const key = keyOf(object);
    const state = states.get(key);
    const late = state === "failing" || (key in commits && state !== "ready");
    return late && isSource(object) && object.metadata.labels?.[appliedByFlux] !== undefined;
  });
}

function isSource({ apiVersion }: FluxObject): boolean {
  return apiVersion.startsWith("source.toolkit.fluxcd.io/");
}
