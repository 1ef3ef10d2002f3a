/**
 * A version goes up, or somebody says that it is backed out: a change that was branched off long ago would otherwise take
 * a release back that nobody meant. About the change.
 */
import type { Change } from "../change.ts";
import { scopeOf } from "../places.ts";
import { nameOf, type ManifestObject } from "../manifests.ts";
import { isLower, versionOf } from "../versions.ts";
import type { Rule } from "./rule.ts";

/** The line of a commit's message that says so, as git's own trailers are written. */
const trailer = "Back-out";

export const lowerVersionRule: Rule = (change) => {
  const backedOut = backOuts(change.messages);
  return change.changed
    .flatMap((file) => change.after.manifests(file).objects)
    .flatMap((object) => {
      const now = versionOf(object);
      const old = counterpart(change, object);
      const was = old && versionOf(old);
      if (now === undefined || was === undefined || !isLower(now.text, was.text)) return [];
      const said = `${qualified(object)} ${was.text}`;
      if (backedOut.has(said)) return [];
      return [
        {
          file: object.file,
          line: now.line,
          what: `${nameOf(object)} goes from ${was.text} down to ${now.text}.`,
          remedy: `Bring the branch up to date with ${change.branch}; where it is meant, say so in the commit: git commit --amend --no-edit --trailer '${trailer}: ${said}'`,
        },
      ];
    });
};

/** What a commit's trailer says to back out version `version` of an object. */
export function backOutTrailer(namespace: string, name: string, version: string): string {
  return `${trailer}: ${namespace}/${name} ${version}`;
}

function backOuts(messages: readonly string[]): ReadonlySet<string> {
  return new Set(
    messages
      .flatMap((message) => message.split("\n"))
      .flatMap((line) => new RegExp(`^${trailer}: *(.+?) *$`, "i").exec(line)?.[1] ?? []),
  );
}

/** The same object in what the target holds: in the same file, or where there is one of its name. */
function counterpart({ before }: Change, object: ManifestObject): ManifestObject | undefined {
  const same = (other: ManifestObject): boolean => nameOf(other) === nameOf(object);
  const here = before.manifests(object.file).objects.find(same);
  if (here !== undefined) return here;
  const moved = before
    .objects()
    .filter((other) => same(other) && scopeOf(other.file) === scopeOf(object.file));
  return moved.length === 1 ? moved[0] : undefined;
}

function qualified({ namespace, name }: ManifestObject): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}
