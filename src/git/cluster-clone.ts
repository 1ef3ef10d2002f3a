/** The clone of an environment's directory for a sandbox: other paths, another branch, and otherwise the same bytes. */
import { isMap, isScalar, parseAllDocuments, type Document } from "yaml";
import { UserError } from "../errors.ts";
import { platformSource, rootName } from "../flux/api.ts";
import { sameRepository } from "./repository-address.ts";

export interface CloneRequest {
  /** Content by path from the root of the repository, of everything below `from`. */
  readonly files: ReadonlyMap<string, string>;
  /** Directories without slashes at their ends: `clusters/development`, `clusters/sandbox-a`. */
  readonly from: string;
  readonly to: string;
  /** Where `GitRepository/platform` has to lead, and the branch it is to follow there. */
  readonly repository: string;
  readonly branch: string;
}

/**
 * The files of the clone by path. Left out is `flux-system/`, which belongs to the cluster that was cloned.
 *
 * @throws {UserError} on a file that is no YAML, and if no source leads to `repository`: the sandbox would then follow
 *   Development's platform, and the work on the branch would never be tried.
 */
export function cloneCluster(request: CloneRequest): ReadonlyMap<string, string> {
  const { files, from, to } = request;
  const clone = new Map<string, string>();
  let repointed = false;
  for (const [path, content] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const inside = path.slice(from.length + 1);
    if (inside.startsWith(`${rootName}/`)) continue;
    const edited = /\.ya?ml$/.test(path)
      ? editManifest(path, content, request)
      : { content, repointed: false };
    repointed ||= edited.repointed;
    clone.set(`${to}/${inside}`, edited.content);
  }
  if (!repointed) {
    throw new UserError({
      what: `${from}: has no GitRepository ${platformSource}, so that there is nothing to point at ${request.branch}.`,
      remedy: `Add one that leads to ${request.repository}; gitops/clusters/development/platform.yaml is an example.`,
    });
  }
  return clone;
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Only the text of changed values is replaced: comments, order and layout of a file stay as somebody wrote them. */
function editManifest(
  path: string,
  content: string,
  request: CloneRequest,
): { content: string; repointed: boolean } {
  const documents = parseAllDocuments(content, { keepSourceTokens: true });
  const [error] = documents.flatMap(({ errors }) => errors);
  if (error !== undefined) {
    throw new UserError({
      what: `${path}: cannot be cloned, for it is not YAML: ${error.message.split("\n")[0] ?? ""}`,
      remedy: "Mend it on the ticket branch, or on main if it is broken there, and run pulumi up again.",
    });
  }
  const edits: Edit[] = [];
  let repointed = false;
  for (const document of documents) {
    if (isKind(document, "source.toolkit.fluxcd.io/", "GitRepository", platformSource)) {
      edits.push(branchEdit(path, document, request));
      repointed = true;
    }
    if (isKind(document, "kustomize.toolkit.fluxcd.io/", "Kustomization"))
      edits.push(...pathEdits(document, request));
  }
  return { content: applied(content, edits), repointed };
}

function isKind(document: Document, group: string, kind: string, name?: string): boolean {
  return (
    isMap(document.contents) &&
    String(document.get("apiVersion")).startsWith(group) &&
    document.get("kind") === kind &&
    (name === undefined || document.getIn(["metadata", "name"]) === name)
  );
}

/** Replaces the whole of `spec.ref`: beside a branch a tag, a range or a commit would still win. */
function branchEdit(path: string, document: Document, { repository, branch }: CloneRequest): Edit {
  const url = String(document.getIn(["spec", "url"]));
  if (!sameRepository(url, repository)) {
    throw new UserError({
      what: `${path}: GitRepository ${platformSource} leads to ${url}, and the ticket branch is in ${repository}.`,
      remedy: `Set the repository of the platform: pulumi config set --path gitops.url ${url}`,
    });
  }
  const current = document.getIn(["spec", "ref"], true);
  const only =
    isMap(current) && current.items.length === 1
      ? document.getIn(["spec", "ref", "branch"], true)
      : undefined;
  if (isScalar(only) && only.range) return { start: only.range[0], end: only.range[1], text: quoted(branch) };
  if (isMap(current) && current.range) {
    return { start: current.range[0], end: current.range[1], text: `{ branch: ${quoted(branch)} }` };
  }
  throw new UserError({
    what: `${path}: GitRepository ${platformSource} has no spec.ref, which is where the ticket branch goes.`,
    remedy: "Say which branch Development follows: spec.ref.branch: main",
  });
}

/** What the root source applies is in the clone's directory now; what another source applies is not. */
function pathEdits(document: Document, { from, to }: CloneRequest): Edit[] {
  const path = document.getIn(["spec", "path"], true);
  if (document.getIn(["spec", "sourceRef", "name"]) !== rootName || !isScalar(path) || !path.range) return [];
  const text = String(path.value);
  const [, prefix = "", rest] = /^((?:\.?\/)?)(.*?)\/?$/.exec(text) ?? [];
  if (rest === undefined || !(rest === from || rest.startsWith(`${from}/`))) return [];
  return [
    { start: path.range[0], end: path.range[1], text: quoted(`${prefix}${to}${rest.slice(from.length)}`) },
  ];
}

/** Plain where YAML reads it back as the same text. */
function quoted(text: string): string {
  return /^[A-Za-z./][\w./-]*$/.test(text) && !/^(true|false|yes|no|on|off|null|y|n)$/i.test(text)
    ? text
    : JSON.stringify(text);
}

function applied(content: string, edits: readonly Edit[]): string {
  return [...edits]
    .sort((a, b) => b.start - a.start)
    .reduce((text, { start, end, text: replacement }) => {
      // A block ends with the white space before what follows it.
      const kept = start + text.slice(start, end).trimEnd().length;
      return text.slice(0, start) + replacement + text.slice(kept);
    }, content);
}
