/**
 * `npm run publish-artifact -- 0.0.7 [--checkout …]`: makes a release of the platform. Packs, signs where there is a key,
 * pushes, and watches Staging take it.
 */
import type { KeyObject } from "node:crypto";
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { UserError } from "../src/errors.ts";
import { Repository } from "../src/guard/change.ts";
import { parseOciRepository, repositoryText } from "../src/oci/reference.ts";
import { Registry } from "../src/oci/registry.ts";
import {
  isSamePublicKey,
  parseSigningKey,
  publicKeyOf,
  signatureImage,
  signatureTag,
} from "../src/oci/signature.ts";
import { platformSourceOf, type PlatformSource } from "../src/promotion/platform-source.ts";
import { checkReleaseVersion, notTaken } from "../src/promotion/release-version.ts";
import { bundleOf, type BundleRequest } from "./bundle.ts";
import { treeFiles } from "./git-tree.ts";
import { gitopsUrl, withCheckout } from "./gitops-checkout.ts";
import { PulumiCli } from "./pulumi-cli.ts";
import { kubeconfigOf, readEnvironment } from "./read-environment.ts";
import { registryCredentials } from "./registry-credentials.ts";
import { runCommand } from "./run-command.ts";
import { stackSetting } from "./stack-file.ts";
import { waitForArrival } from "./wait-for-arrival.ts";

export interface PublishRequest extends BundleRequest {
  /** `oci://…`; absent: the one that Staging follows. */
  readonly repository?: string | undefined;
  /** PEM of the private key to sign with; absent: the artifact is not signed. */
  readonly signingKey?: string | undefined;
  readonly passphrase?: string | undefined;
  /** PEM of the public key with which Staging checks; absent: it takes unsigned releases too. */
  readonly stagingKey?: string | undefined;
  /** Refuses what Staging would not take, before anything is pushed. */
  readonly forStaging: boolean;
  readonly report: (line: string) => void;
}

export interface Published {
  /** `ghcr.io/acme/manifests/platform` */
  readonly repository: string;
  readonly digest: string;
  /** As Flux writes it in an environment that runs it. */
  readonly revision: string;
  readonly signed: boolean;
}

/**
 * Pushes the artifact under its digest, then its signature, and lets the tag lead to it last: Staging never sees a release
 * without its signature. The same commit again under the same version finishes what was interrupted.
 *
 * @throws {UserError} if the version is there with other content, and whatever else is in the way; nothing was tagged then.
 */
export async function publishArtifact(request: PublishRequest): Promise<Published> {
  const { version, report } = request;
  checkReleaseVersion(version);
  const key =
    request.signingKey === undefined ? undefined : parseSigningKey(request.signingKey, request.passphrase);
  checkKey(key, request.stagingKey);
  const bundle = await bundleOf(request);
  const staging = await stagingSource(bundle.root, bundle.commit, request);
  const repository = parseOciRepository(request.repository ?? staging?.url ?? "");
  if (staging?.verified === true && key === undefined) {
    throw new UserError({
      what: `${staging.file}: Staging takes signed releases alone, and there is no key to sign with.`,
      remedy: "export SIGNING_KEY=<file with the private key>, and SIGNING_KEY_PASSPHRASE if it has one.",
    });
  }
  const registry = new Registry(repository, await registryCredentials(repository.host));
  const where = repositoryText(repository);
  const { digest } = bundle.artifact.manifest;

  const there = await registry.digest(version);
  if (there !== undefined && there !== digest) {
    throw new UserError({
      what: `${where}:${version}: is published already, as ${there}; a version stays what it was.`,
      remedy: "Publish the next version; npm run environments shows which one Staging runs.",
    });
  }
  if (request.forStaging) {
    const published = await registry.tags();
    const fault = notTaken({ version, published, range: staging?.semver });
    if (fault !== undefined) throw new UserError(fault);
  }
  report(`${bundle.files} files of ${bundle.revision} are ${digest}`);
  await registry.push(bundle.artifact);
  if (key !== undefined) {
    const signature = signatureImage(repository, digest, key);
    const tag = signatureTag(digest);
    if (there === undefined || (await registry.digest(tag)) === undefined) {
      await registry.push(signature);
      await registry.tag(tag, signature);
    }
    report(`${where}@${digest} is signed`);
  }
  if (there === undefined) await registry.tag(version, bundle.artifact);
  report(`${where}:${version} is ${there === undefined ? "published" : "there already, and the same"}`);
  return { repository: where, digest, revision: `${version}@${digest}`, signed: key !== undefined };
}

/** What Staging refuses is not published: it would stand in the way of the version that comes after. */
function checkKey(key: KeyObject | undefined, stagingKey: string | undefined): void {
  if (stagingKey === undefined) return;
  if (key === undefined) {
    throw new UserError({
      what: "Staging takes signed releases alone (gitops.signingKey), and there is no key to sign with.",
      remedy: "export SIGNING_KEY=<file with the private key>, and SIGNING_KEY_PASSPHRASE if it has one.",
    });
  }
  if (isSamePublicKey(publicKeyOf(key), stagingKey)) return;
  throw new UserError({
    what: "SIGNING_KEY: is not the private half of gitops.signingKey, with which Staging checks releases.",
    remedy:
      "Sign with the right key; to change it, set gitops.signingKey in Staging and Production, and run pulumi up.",
  });
}

/** Undefined where a repository is named and Staging is of no concern. */
async function stagingSource(
  root: string,
  commit: string,
  { repository, forStaging }: PublishRequest,
): Promise<PlatformSource | undefined> {
  const files = await treeFiles(root, commit, ["clusters/staging"]);
  const tree = new Repository(new Map(files.map(({ path, bytes }) => [path, bytes.toString()])));
  if (files.length === 0 && repository !== undefined && !forStaging) return undefined;
  return platformSourceOf(tree, "staging");
}

const usage =
  "npm run publish-artifact -- 0.0.7 [--checkout ../platform] [--repository oci://…] [--commit <commit>] [--branch main] [--no-wait]";

async function main(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    allowNegative: true,
    options: {
      checkout: { type: "string" },
      repository: { type: "string" },
      commit: { type: "string" },
      branch: { type: "string", default: "main" },
      stack: { type: "string", default: "staging" },
      wait: { type: "boolean", default: true },
    },
  });
  const [version, ...rest] = positionals;
  if (version === undefined || rest.length > 0) {
    throw new UserError({ what: "npm run publish-artifact: needs one version.", remedy: usage });
  }
  const { checkout, repository, commit, branch, stack, wait } = values;
  // Asked before anything is published, so that a stack that is not there is told in time.
  const pulumi = new PulumiCli();
  const kubeconfig = wait ? await kubeconfigOf(pulumi, stack) : undefined;
  const report = (line: string): void => {
    console.log(line);
  };
  const key = await signingKey(process.env["SIGNING_KEY"]);
  const stagingKey = wait ? await stagingKeyOf(pulumi, stack) : undefined;
  const { revision } = await withCheckout({ checkout, url: () => gitopsUrl(pulumi, stack) }, ({ root }) =>
    publishArtifact({
      ...{ version, repository, commit, branch, forStaging: wait, report },
      checkout: root,
      signingKey: key,
      stagingKey,
      passphrase: process.env["SIGNING_KEY_PASSPHRASE"],
    }),
  );
  if (kubeconfig === undefined) return;
  report(`Waiting for ${stack} to take it, which is usually a minute or two.`);
  const look = () => readEnvironment(kubeconfig);
  const { rows } = await waitForArrival({ environment: stack, revision, look, report });
  report(`${stack} runs ${revision}: ${rows.length} of ${rows.length} Flux objects ready`);
  report("On to Production: npm run promote -- staging");
}

/** `gitops.signingKey` in a stack's file. */
async function stagingKeyOf(pulumi: PulumiCli, stack: string): Promise<string | undefined> {
  const { signingKey: key } = await stackSetting(pulumi, stack, "gitops");
  return typeof key === "string" ? key : undefined;
}

/** The key itself, as a pipeline has it, or the name of its file. */
async function signingKey(given: string | undefined): Promise<string | undefined> {
  if (given === undefined || given === "" || given.includes("-----BEGIN"))
    return given === "" ? undefined : given;
  try {
    return await readFile(given, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    throw new UserError({
      what: `SIGNING_KEY: ${given} cannot be read (${code}).`,
      remedy: "Name the file of the private key, or unset it to publish without a signature.",
    });
  }
}

if (import.meta.main) await runCommand(() => main(process.argv.slice(2)));
