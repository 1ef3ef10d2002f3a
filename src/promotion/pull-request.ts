/** The text of a pull request: what a reviewer has to know, from the change itself. */
import type { Change } from "../guard/change.ts";
import { nameOf, type ManifestObject } from "../guard/manifests.ts";
import { versionOf } from "../guard/versions.ts";

export interface PullRequestText {
  readonly title: string;
  /** Markdown. */
  readonly body: string;
}

/** The first words are the ticket's, as in the branch: `TICKET-123 add keda`. */
export function ticketPullRequest(stack: string, branch: string, change: Change): PullRequestText {
  const [, ticket = "", rest = branch] = /^([A-Za-z][A-Za-z0-9]*-\d+)-(.+)$/.exec(branch) ?? [];
  const title = `${ticket === "" ? "" : `${ticket}: `}${rest.replaceAll("-", " ")}`;
  return {
    title,
    body: section(
      [`Tried in ${stack}, on the branch \`${branch}\`.`],
      ["What changes", versionChanges(change)],
      ["Files", change.changed.map((file) => `\`${file}\`${fate(change, file)}`)],
      [
        "Commits",
        change.messages.map((message) => message.split("\n")[0] ?? "").filter((line) => line !== ""),
      ],
    ),
  };
}

export interface ProductionMove {
  readonly from: string;
  readonly to: string;
  /** `sha256:…` of what Staging runs; undefined for a back-out. */
  readonly digest: string | undefined;
  readonly since: string | undefined;
}

export function productionPullRequest({ from, to, digest, since }: ProductionMove): PullRequestText {
  const seen =
    digest === undefined
      ? `Production goes back from ${from} to ${to}, which it ran before.`
      : `Staging runs ${to}${since === undefined ? "" : ` since ${since}`}, and all of it is healthy.`;
  return {
    title: digest === undefined ? `Take Production back to ${to}` : `Take Production to ${to}`,
    body: section(
      [seen],
      ["What changes", [`OCIRepository flux-system/platform: ${from} → ${to}`]],
      ["Digest", digest === undefined ? [] : [`\`${digest}\``]],
    ),
  };
}

/** A service that is new, gone or of another version: `HelmRelease keda/keda: new, 2.18.1`. */
function versionChanges({ before, after, changed }: Change): string[] {
  const versions = (objects: readonly ManifestObject[]): Map<string, string> =>
    new Map(
      objects.flatMap((object) => {
        const version = versionOf(object);
        return version === undefined ? [] : [[nameOf(object), version.text]];
      }),
    );
  const [old, now] = [before, after].map((repository) =>
    versions(changed.flatMap((file) => repository.manifests(file).objects)),
  );
  const names = [...new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])])].sort();
  return names.flatMap((name) => {
    const [from, to] = [old?.get(name), now?.get(name)];
    if (from === to) return [];
    if (from === undefined) return [`${name}: new, ${to ?? ""}`];
    return [to === undefined ? `${name}: removed, was ${from}` : `${name}: ${from} → ${to}`];
  });
}

function fate({ before, after }: Change, file: string): string {
  if (!before.files.has(file)) return " (new)";
  return after.files.has(file) ? "" : " (removed)";
}

function section(
  head: readonly string[],
  ...lists: readonly (readonly [title: string, items: readonly string[]])[]
): string {
  const parts = lists
    .filter(([, items]) => items.length > 0)
    .map(([title, items]) => [`## ${title}`, "", ...items.map((item) => `- ${item}`)].join("\n"));
  return [...head, ...parts].join("\n\n");
}
