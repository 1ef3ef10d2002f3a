/**
 * How an application scales is its team's to say. A platform change offers the service; the object that tries it out in a
 * sandbox is proof and not part of the change. About the change.
 */
import { isDeepStrictEqual } from "node:util";
import type { Change } from "../change.ts";
import { isBundleFile, isClusterFile } from "../places.ts";
import { nameOf, type ManifestObject } from "../manifests.ts";
import { isFlux } from "../versions.ts";
import type { Rule } from "./rule.ts";

const kinds = ["ScaledObject", "ScaledJob"];

export const applicationScalingRule: Rule = (change) => {
  const { after, changed } = change;
  if (!changed.some((file) => isBundleFile(file) || isClusterFile(file))) return [];
  const own = platformNamespaces(change);
  return changed
    .flatMap((file) => after.manifests(file).objects)
    .filter(({ kind, apiVersion }) => kinds.includes(kind) && apiVersion.startsWith("keda.sh/"))
    .filter(({ namespace }) => namespace === undefined || !own.has(namespace))
    .filter((object) => !isUnchanged(change, object))
    .map((object) => ({
      file: object.file,
      line: object.line,
      what: `${nameOf(object)} is an application's, and this is a change of the platform.`,
      remedy: "Leave it to the team, in a change of its own below apps/ or in the team's repository.",
    }));
};

/** The platform scales what it runs itself: namespaces into which the bundle installs a release. */
function platformNamespaces({ after }: Change): ReadonlySet<string> {
  return new Set(
    after
      .objects()
      .filter((object) => isBundleFile(object.file) && isFlux(object, "HelmRelease"))
      .flatMap(({ namespace }) => namespace ?? []),
  );
}

function isUnchanged({ before }: Change, object: ManifestObject): boolean {
  return before
    .manifests(object.file)
    .objects.some(
      (other) => nameOf(other) === nameOf(object) && isDeepStrictEqual(other.value, object.value),
    );
}
