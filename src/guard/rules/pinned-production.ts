/**
 * Production moves by a commit. A range or `latest`, in its directory or in the bundle that it takes as it stands, moves
 * without one, and past what Staging ran. About all that the target would hold.
 */
import { platformSource } from "../../flux/api.ts";
import { isBundleFile, isProductionFile } from "../places.ts";
import { nameOf, textAt, type ManifestObject } from "../manifests.ts";
import { isExactVersion, isFlux, isSubstituted } from "../versions.ts";
import type { Rule } from "./rule.ts";

export const pinnedProductionRule: Rule = ({ after }) =>
  after
    .objects()
    .filter(({ file }) => isProductionFile(file) || isBundleFile(file))
    .flatMap((object) =>
      [...ociFaults(object), ...gitFaults(object), ...chartFaults(object), ...imageFaults(object)].map(
        (fault) => ({
          file: object.file,
          line: fault.line ?? object.line,
          what: `${nameOf(object)} ${fault.what}, and ${place(object)}.`,
          remedy: fault.remedy,
        }),
      ),
    );

interface Fault {
  readonly line: number | undefined;
  /** Follows the object's name. */
  readonly what: string;
  readonly remedy: string;
}

function place({ file }: ManifestObject): string {
  return isProductionFile(file)
    ? "Production runs what a commit names and nothing else"
    : "the bundle reaches Production as it stands";
}

const oneTag = "Name one release that Staging runs: npm run promote -- staging";
const oneVersion = "Name one version, such as 2.18.1.";

function ociFaults(object: ManifestObject): Fault[] {
  if (!isFlux(object, "OCIRepository") || isPatch(object, ["spec", "ref"])) return [];
  const at = (key: string): string | undefined => textAt(object, ["spec", "ref", key]);
  const line = (key: string): number | undefined => object.field(["spec", "ref", key])?.line;
  if (at("digest") !== undefined) return [];
  const [range, tag] = [at("semver"), at("tag")];
  if (range !== undefined) {
    return [{ line: line("semver"), what: `takes the range ${JSON.stringify(range)}`, remedy: oneTag }];
  }
  if (tag === undefined || tag === "latest") {
    const what = tag === undefined ? "names no tag, which is latest" : "takes latest";
    return [{ line: line("tag"), what, remedy: oneTag }];
  }
  return isExactVersion(tag) || isSubstituted(tag)
    ? []
    : [{ line: line("tag"), what: `takes the tag ${tag}, which is no version and may move`, remedy: oneTag }];
}

/** Of Git, the source of the platform alone: the root sync and a team's own repository follow a branch. */
function gitFaults(object: ManifestObject): Fault[] {
  if (!isFlux(object, "GitRepository")) return [];
  const ref = (key: string): ReturnType<ManifestObject["field"]> => object.field(["spec", "ref", key]);
  if (ref("commit") !== undefined) return [];
  const range = ref("semver");
  if (range !== undefined) {
    return [
      { line: range.line, what: `takes the range ${JSON.stringify(range.value)}`, remedy: "Name one tag." },
    ];
  }
  const isPinned = ref("tag") !== undefined || String(ref("name")?.value).startsWith("refs/tags/");
  if (object.name !== platformSource || isPinned || isPatch(object, ["spec", "ref"])) return [];
  return [
    {
      line: ref("branch")?.line ?? object.field(["spec", "ref"])?.line,
      what: "follows a branch",
      remedy:
        "Follow a release: an OCIRepository with ref.tag, as in gitops/clusters/production/platform.yaml.",
    },
  ];
}

function chartFaults(object: ManifestObject): Fault[] {
  const spec = isFlux(object, "HelmRelease")
    ? ["spec", "chart", "spec"]
    : isFlux(object, "HelmChart")
      ? ["spec"]
      : undefined;
  // A chart that comes with a Git repository or a bucket has the version of that; Flux ignores the one named here.
  if (spec === undefined || isPatch(object, [...spec, "chart"])) return [];
  if (textAt(object, [...spec, "sourceRef", "kind"]) !== "HelmRepository") return [];
  const version = textAt(object, [...spec, "version"]);
  const line = object.field([...spec, "version"])?.line ?? object.field([...spec, "chart"])?.line;
  if (version === undefined) {
    return [{ line, what: "names no version of its chart, which is the latest", remedy: oneVersion }];
  }
  return isExactVersion(version) || isSubstituted(version)
    ? []
    : [{ line, what: `takes its chart in the range ${JSON.stringify(version)}`, remedy: oneVersion }];
}

function imageFaults(object: ManifestObject): Fault[] {
  return [
    ...object.scalars("image").filter(({ value }) => String(value).endsWith(":latest")),
    ...object.scalars("tag").filter(({ value }) => value === "latest" && object.kind !== "OCIRepository"),
  ].map(({ line }) => ({ line, what: "takes the latest image", remedy: oneVersion }));
}

/** True for what says nothing of this: it is a part of an object that is whole elsewhere. */
function isPatch(object: ManifestObject, path: readonly string[]): boolean {
  return object.field(path) === undefined && object.field(["spec", "url"]) === undefined;
}
