/** From Staging to Production: the fixed tag in Production's file, as a commit on a branch and a pull request. */
import semver from "semver";
import { UserError } from "../src/errors.ts";
import { fluxNamespace, platformSource } from "../src/flux/api.ts";
import type { EnvironmentState, Running } from "../src/flux/environment-state.ts";
import { isDone } from "../src/flux/readiness.ts";
import { judge } from "../src/guard/guard.ts";
import { backOutTrailer } from "../src/guard/rules/lower-version.ts";
import { isExactVersion } from "../src/guard/versions.ts";
import { parseOciRepository } from "../src/oci/reference.ts";
import { Registry } from "../src/oci/registry.ts";
import { platformSourceOf, type PlatformSource } from "../src/promotion/platform-source.ts";
import { withTag } from "../src/promotion/production-tag.ts";
import { productionPullRequest, type ProductionMove } from "../src/promotion/pull-request.ts";
import { commitFile } from "./commit-file.ts";
import { git, GitFailure } from "./git.ts";
import type { GitopsCheckout } from "./gitops-checkout.ts";
import { presentPullRequest, type Presentation } from "./present-pull-request.ts";
import { readChange } from "./read-change.ts";
import { registryCredentials } from "./registry-credentials.ts";

export interface ReleasePromotion extends GitopsCheckout, Pick<Presentation, "token" | "report"> {
  /** What Staging runs; needed but for a back-out. */
  readonly state: EnvironmentState | undefined;
  /** A release that Production goes back to. */
  readonly backTo: string | undefined;
  readonly base: string;
}

export interface ReleaseBranch {
  readonly tag: string;
  /** That holds the commit, on the remote. */
  readonly branch: string;
  /** Undefined without a token. */
  readonly pullRequest: string | undefined;
}

/**
 * @returns undefined where Production has the tag already.
 * @throws {UserError} if Staging does not run one release that is healthy, if the registry has another one under its tag,
 *   or if the guard refuses the commit.
 */
export async function promoteRelease(promotion: ReleasePromotion): Promise<ReleaseBranch | undefined> {
  const { root, env, base, backTo, report } = promotion;
  const before = await readChange({ checkout: root, base, commit: `origin/${base}` });
  const production = platformSourceOf(before.before, "production");
  const current = production.tag;
  if (current === undefined) throw noTag(production);
  const running = backTo === undefined ? healthyRelease(promotion.state) : undefined;
  const tag = running?.version ?? backTo ?? "";
  if (tag === current) {
    report(`Production has ${tag} already: ${production.file} on ${base}.`);
    return undefined;
  }
  checkDirection(current, tag, backTo !== undefined);
  await checkRegistry(production.url, tag, running);

  const move: ProductionMove = { from: current, to: tag, digest: running?.digest, since: running?.since };
  const text = productionPullRequest(move);
  const trailer = backTo === undefined ? "" : `\n${backOutTrailer(fluxNamespace, platformSource, current)}\n`;
  const content = withTag(production.file, before.before.files.get(production.file) ?? "", tag);
  const parent = (await git(root, ["rev-parse", `origin/${base}`])).trim();
  const commit = await commitFile({
    ...{ root, parent, content },
    file: production.file,
    message: `${text.title}\n${trailer}`,
  });
  const findings = judge(await readChange({ checkout: root, base, commit }));
  if (findings.length > 0) {
    throw new UserError(
      findings.map(({ file, line, what, remedy }) => ({ what: `${file}:${line}: ${what}`, remedy })),
      `${text.title} is refused by the guard; nothing was pushed.`,
    );
  }
  const branch = `production-${tag}`;
  await push(root, env, commit, branch);
  report(`${text.title} is commit ${commit.slice(0, 12)} on the branch ${branch}`);
  const pullRequest = await presentPullRequest({ ...promotion, head: branch, text });
  return { tag, branch, pullRequest };
}

/** The one release that all of Staging runs. */
function healthyRelease(state: EnvironmentState | undefined): Running {
  const running = state?.running;
  if (state === undefined || running?.kind !== "OCIRepository" || !isExactVersion(running.version)) {
    throw new UserError({
      what: `Staging: runs ${running === undefined ? "nothing" : running.revision}, which is no release.`,
      remedy: "Publish one, which Staging takes by itself: npm run publish-artifact -- 0.0.1",
    });
  }
  if (state.healthy) return running;
  throw new UserError(
    state.rows
      .filter((row) => !isDone(row))
      .map(({ key, message }) => ({
        what: `${key}: ${message.replaceAll(/\s+/g, " ").trim()}`,
        remedy: "Mend it on main and publish the next version; or wait: npm run environments",
      })),
    `Staging is not healthy at ${running.version}; Production takes only what Staging runs well.`,
  );
}

function checkDirection(current: string, tag: string, isBackOut: boolean): void {
  if (!isExactVersion(tag)) {
    throw new UserError({
      what: `${tag}: is no release.`,
      remedy: "npm run promote -- staging --back-to 0.0.6",
    });
  }
  if (!isExactVersion(current) || semver.lt(tag, current) === isBackOut) return;
  throw new UserError(
    isBackOut
      ? {
          what: `${tag}: is above ${current}, which Production runs, so that it is no way back.`,
          remedy: "npm run promote -- staging takes what Staging runs.",
        }
      : {
          what: `Staging runs ${tag}, and Production ${current}, which is later.`,
          remedy: `Look at clusters/staging. To take Production back: npm run promote -- staging --back-to ${tag}`,
        },
  );
}

/** A tag is a promise of whoever publishes; what it leads to is looked up. */
async function checkRegistry(url: string, tag: string, running: Running | undefined): Promise<void> {
  const repository = parseOciRepository(url);
  const digest = await new Registry(repository, await registryCredentials(repository.host)).digest(tag);
  if (digest === undefined) {
    throw new UserError({
      what: `${url}: has no release ${tag}.`,
      remedy: "Look at which there are; Production and Staging take releases from the same place.",
    });
  }
  if (running === undefined || digest === running.digest) return;
  throw new UserError({
    what: `${url}:${tag}: is ${digest} now, and Staging runs ${running.digest}: somebody has moved the tag.`,
    remedy: "Publish the next version, and find out who may overwrite releases in the registry.",
  });
}

async function push(root: string, env: GitopsCheckout["env"], commit: string, branch: string): Promise<void> {
  try {
    // The branch is this command's own; a second run puts its commit in the place of the first one's.
    await git(root, ["push", "--quiet", "--force", "origin", `${commit}:refs/heads/${branch}`], { env });
  } catch (error) {
    if (!(error instanceof GitFailure)) throw error;
    throw new UserError({
      what: `The branch ${branch} cannot be pushed: ${error.message.replaceAll(/\s+/g, " ")}`,
      remedy:
        "Log in with an account that may write: export GITHUB_TOKEN=…, or a checkout of yours: --checkout ../platform",
    });
  }
}

function noTag({ file }: PlatformSource): UserError {
  return new UserError({
    what: `${file}: names no ref.tag, which is what Production runs.`,
    remedy: "Start from gitops/clusters/production/platform.yaml.",
  });
}
