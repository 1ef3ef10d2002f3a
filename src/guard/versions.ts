/** Which version an object takes, and whether that is one version or whatever fits. */
import semver from "semver";
import { fluxApi } from "../flux/api.ts";
import type { FieldPath, ManifestObject } from "./manifests.ts";
import { textAt } from "./manifests.ts";

const group = (apiVersion: string): string => apiVersion.split("/")[0] ?? "";

/** True for one of Flux's kinds in any of its API versions, and for a patch, which may name none. */
export function isFlux(object: ManifestObject, kind: string): boolean {
  const groups = Object.values(fluxApi).map(group);
  return object.kind === kind && (object.apiVersion === "" || groups.includes(group(object.apiVersion)));
}

/** `1.2.3`, perhaps with a `v` or a pre-release, and nothing that stands for several. */
export function isExactVersion(text: string): boolean {
  return semver.valid(text) !== null;
}

/** What Flux puts in from variables at the moment it applies: nobody can judge it here. */
export function isSubstituted(text: string): boolean {
  return /\$\{[^}]+\}/.test(text);
}

/** Where an object names its version, in the order in which Flux decides among them. */
const places: Readonly<Record<string, readonly FieldPath[]>> = {
  HelmRelease: [["spec", "chart", "spec", "version"]],
  HelmChart: [["spec", "version"]],
  OCIRepository: [
    ["spec", "ref", "semver"],
    ["spec", "ref", "tag"],
  ],
  GitRepository: [
    ["spec", "ref", "semver"],
    ["spec", "ref", "tag"],
  ],
};

export interface NamedVersion {
  readonly text: string;
  readonly line: number;
}

/** Undefined where none is named, or something that decides before it: a digest, a commit. */
export function versionOf(object: ManifestObject): NamedVersion | undefined {
  if (!isFlux(object, object.kind)) return undefined;
  if (["digest", "commit"].some((key) => object.field(["spec", "ref", key]) !== undefined)) return undefined;
  for (const path of places[object.kind] ?? []) {
    const text = textAt(object, path);
    if (text !== undefined) return { text, line: object.field(path)?.line ?? object.line };
  }
  return undefined;
}

/** Whether a move from `before` to `after` is one down. Of ranges: whether it begins lower, or ends below what was run. */
export function isLower(after: string, before: string): boolean {
  const [now, was] = [semver.valid(after), semver.valid(before)];
  if (now !== null && was !== null) return semver.lt(now, was);
  // No version and no range: a tag such as `stable`.
  if (semver.validRange(after) === null || semver.validRange(before) === null) return false;
  if (was !== null) return semver.gtr(was, after);
  if (now !== null) return semver.ltr(now, before);
  const [low, high] = [semver.minVersion(after), semver.minVersion(before)];
  return low !== null && high !== null && semver.lt(low, high);
}
