/** The bundle of a commit: the folder `platform/` and where it comes from, as an artifact. */
import { UserError } from "../src/errors.ts";
import { fluxArtifact } from "../src/oci/flux-artifact.ts";
import type { Image } from "../src/oci/blob.ts";
import { git, gitAnswer } from "./git.ts";
import { rootOf, targetOf } from "./git-checkout.ts";
import { treeFiles } from "./git-tree.ts";

/** What is in the bundle, under the path that it has in Git, so that Kustomizations name one path everywhere. */
const folder = "platform";

export interface BundleRequest {
  readonly checkout: string;
  readonly version: string;
  /** Absent: what is checked out. */
  readonly commit?: string | undefined;
  /** The branch that Development follows. */
  readonly branch: string;
}

export interface Bundle {
  readonly root: string;
  readonly commit: string;
  /** `main@sha1:…` */
  readonly revision: string;
  readonly artifact: Image;
  readonly files: number;
}

/**
 * @throws {UserError} if the commit is not on the branch, if files of the folder are edited and not committed, or if there
 *   is nothing to pack.
 */
export async function bundleOf({ checkout, version, commit, branch }: BundleRequest): Promise<Bundle> {
  const root = await rootOf(checkout);
  const target = await targetOf(root, branch);
  const id = (await git(root, ["rev-parse", "--verify", `${commit ?? "HEAD"}^{commit}`])).trim();
  if ((await gitAnswer(root, ["merge-base", "--is-ancestor", id, target.commit])) === undefined) {
    throw new UserError({
      what: `${root}: ${id.slice(0, 12)} is not on ${branch}, and Staging gets what Development has run.`,
      remedy: `Merge it first, then: git checkout ${branch} && git pull. Or name a commit of ${branch}: --commit <commit>`,
    });
  }
  const edited = await git(root, ["status", "--porcelain", "--", folder]);
  if (commit === undefined && edited !== "") {
    throw new UserError({
      what: `${root}: ${folder}/ has changes that are not committed, and they would not be in the artifact.`,
      remedy: "Commit and merge them, or put them aside: git stash",
    });
  }
  await refuseLinks(root, id);
  const files = await treeFiles(root, id, [folder]);
  if (files.length === 0) {
    throw new UserError({
      what: `${root}: has no ${folder}/ at ${id.slice(0, 12)}, so that there is nothing to pack.`,
      remedy: "Start from the repository in gitops/.",
    });
  }
  const [created, remote] = await Promise.all([
    git(root, ["log", "-1", "--format=%cI", id]),
    gitAnswer(root, ["remote", "get-url", "origin"]),
  ]);
  const revision = `${branch}@sha1:${id}`;
  const artifact = fluxArtifact(files, {
    version,
    revision,
    source: withoutCredentials(remote ?? ""),
    created: new Date(created.trim()).toISOString().replace(".000Z", "Z"),
  });
  return { root, commit: id, revision, artifact, files: files.length };
}

/** Flux leaves links out when it unpacks, so that Staging would lack what Development has. */
async function refuseLinks(root: string, commit: string): Promise<void> {
  const listing = await git(root, ["ls-tree", "-r", "-z", commit, "--", folder]);
  const links = listing.split("\0").flatMap((line) => /^(?:120000|160000) .*\t(.+)$/s.exec(line)?.[1] ?? []);
  if (links.length === 0) return;
  throw new UserError(
    links.map((file) => ({
      what: `${file}: is a link, which Flux leaves out of what it unpacks.`,
      remedy: "Put the file itself in its place.",
    })),
  );
}

function withoutCredentials(url: string): string {
  return url.replace(/^(https?:\/\/)[^/@]*@/, "$1");
}
