/**
 * `npm run upgrade-check -- <stack> --to 1.36 [--checkout <folder>] [--json] [--strict]`: what stands in the way of a
 * Kubernetes upgrade, in what runs in the cluster and in what Git would apply.
 *
 * Exits with 0 if nothing does, 1 with findings (`--strict`: or warnings), 2 if something could not be looked at.
 */
import path from "node:path";
import { parseArgs } from "node:util";
import { ClusterApi } from "../src/kubernetes/api.ts";
import type { AlignmentSource } from "../src/alignment.ts";
import { UserError } from "../src/errors.ts";
import { addonFindings } from "../src/upgrade/addon-findings.ts";
import { apiFindings, metricFindings } from "../src/upgrade/api-findings.ts";
import type { Finding } from "../src/upgrade/finding.ts";
import { flux29Apis, type FluxApi } from "../src/upgrade/flux-apis.ts";
import { kubeletFindings, versionFindings } from "../src/upgrade/version-findings.ts";
import { formatMinor, parseMinor, type Minor } from "../src/versions/minor.ts";
import { PulumiCli } from "./pulumi-cli.ts";
import { readStacks } from "./read-stacks.ts";
import { runCommand } from "./run-command.ts";
import { addonOffers } from "./upgrade-check/addon-offers.ts";
import { readCheckout } from "./upgrade-check/checkout.ts";
import { readCluster } from "./upgrade-check/cluster.ts";

export interface UpgradeCheck {
  readonly stack: string;
  readonly from: string;
  readonly to: string;
  readonly findings: readonly Finding[];
  /** What could not be looked at, and why. */
  readonly unchecked: readonly string[];
  /** What was looked at, for a person to judge an empty answer by. */
  readonly checked: readonly string[];
}

export interface CheckRequest {
  readonly stack: string;
  readonly to: Minor;
  readonly checkout?: string | undefined;
  readonly now: Date;
}

/** In milliseconds. A cluster that does not answer must not keep a pipeline waiting. */
const patience = { answer: 20_000, retrying: 20_000 };

const usage = "npm run upgrade-check -- sandbox-a --to 1.36 [--checkout ../platform] [--json] [--strict]";

/** @throws {UserError} on a stack that is not there or was never deployed, and on a folder that is no checkout. */
export async function checkUpgrade(pulumi: PulumiCli, request: CheckRequest): Promise<UpgradeCheck> {
  const { stack, to, checkout, now } = request;
  const source = (await readStacks(pulumi, stack))[0];
  const from = source?.exported.kubernetesVersion;
  if (source === undefined || from === undefined) {
    throw new UserError({
      what: `Stack ${stack}: ${source ? "has not been deployed yet" : "is not on this backend"}, so that there is nothing to upgrade.`,
      remedy: "See which there are: npm run align",
    });
  }
  const unchecked: string[] = [];
  const checked: string[] = [];
  const [cluster, addons, git] = await Promise.all([
    clusterPart(pulumi, request, unchecked, checked),
    addonPart(source, to, unchecked, checked),
    checkout === undefined ? undefined : readCheckout(path.resolve(checkout)),
  ]);
  // What is installed decides about Git too; without a cluster to ask, the release that this program installs.
  const flux: readonly FluxApi[] = cluster && cluster.flux.length > 0 ? cluster.flux : flux29Apis;
  if (git === undefined) checked.push("Git was not looked at: name a checkout with --checkout");
  else {
    checked.push(`${git.used.length} objects in ${git.files} files of ${checkout ?? ""}`);
    unchecked.push(...git.unreadable);
  }
  return {
    stack,
    from,
    to: formatMinor(to),
    findings: [
      ...versionFindings(source, to, now),
      ...addons,
      ...(cluster ? cluster.findings(flux) : []),
      ...apiFindings(git?.used ?? [], to, flux),
    ],
    unchecked,
    checked,
  };
}

interface ClusterPart {
  readonly flux: readonly FluxApi[];
  readonly findings: (flux: readonly FluxApi[]) => Finding[];
}

async function clusterPart(
  pulumi: PulumiCli,
  { stack, to }: CheckRequest,
  unchecked: string[],
  checked: string[],
): Promise<ClusterPart | undefined> {
  const { kubeconfig } = await pulumi.outputs(stack, { showSecrets: true });
  const text = typeof kubeconfig === "string" ? kubeconfig : JSON.stringify(kubeconfig ?? "");
  let api: ClusterApi | undefined;
  try {
    api = new ClusterApi(text, new AbortController().signal, patience);
    const facts = await readCluster(api);
    unchecked.push(...facts.unread);
    checked.push(
      `${facts.used.length} traces of written objects in the cluster, ${Object.keys(facts.kubelets).length} nodes, ` +
        (facts.flux.length > 0 ? "the installed Flux" : "no Flux"),
    );
    return {
      flux: facts.flux,
      findings: (flux) => [
        ...kubeletFindings(facts.kubelets, to),
        ...metricFindings(facts.metrics, to),
        ...apiFindings(facts.used, to, flux),
      ],
    };
  } catch (error) {
    unchecked.push(`the cluster of ${stack}: ${reasonOf(error)}`);
    return undefined;
  } finally {
    api?.close();
  }
}

async function addonPart(
  { stack, exported, known }: AlignmentSource,
  to: Minor,
  unchecked: string[],
  checked: string[],
): Promise<Finding[]> {
  const installed = exported.addonVersions ?? {};
  const pinned = "settings" in known ? known.settings.addonVersions : {};
  const target = formatMinor(to);
  try {
    const offers = await addonOffers(exported.region ?? "", target, Object.keys({ ...installed, ...pinned }));
    checked.push(`${Object.keys(offers).length} add-ons at EKS`);
    return addonFindings({ stack, target, installed, pinned, offers });
  } catch (error) {
    unchecked.push(`the add-ons that EKS has for ${target}: ${reasonOf(error)}`);
    return [];
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message.replaceAll(/\s+/g, " ").trim() : String(error);
}

export function checkText({ stack, from, to, findings, unchecked, checked }: UpgradeCheck): string {
  const group = (severity: Finding["severity"], title: string): string[] => {
    const found = findings.filter((each) => each.severity === severity);
    if (found.length === 0) return [];
    const lines = found.flatMap(({ check, where, what, remedy }) => [
      `  ${where}  (${check})`,
      `    ${what}`,
      ...(remedy === "" ? [] : [`    ${remedy}`]),
    ]);
    return ["", `${title}:`, ...lines];
  };
  const count = (severity: Finding["severity"]): number =>
    findings.filter((each) => each.severity === severity).length;
  return [
    `${stack}, from Kubernetes ${from} to ${to}`,
    ...group("finding", "In the way"),
    ...group("warning", "Good to know"),
    ...(unchecked.length > 0 ? ["", "Could not be looked at:", ...unchecked.map((line) => `  ${line}`)] : []),
    "",
    "Looked at:",
    ...checked.map((line) => `  ${line}`),
    "",
    `${count("finding")} findings, ${count("warning")} warnings${unchecked.length > 0 ? `, ${unchecked.length} not looked at` : ""}`,
  ].join("\n");
}

/** For pipelines: 0 clean, 1 findings, 2 not everything was looked at. */
export function exitCodeOf({ findings, unchecked }: UpgradeCheck, strict: boolean): 0 | 1 | 2 {
  if (unchecked.length > 0) return 2;
  return findings.some(({ severity }) => strict || severity === "finding") ? 1 : 0;
}

if (import.meta.main) {
  await runCommand(async () => {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        to: { type: "string" },
        checkout: { type: "string" },
        json: { type: "boolean", default: false },
        strict: { type: "boolean", default: false },
      },
    });
    const [stack, ...rest] = positionals;
    const to = parseMinor(values.to ?? "");
    if (stack === undefined || to === undefined || rest.length > 0) {
      throw new UserError({ what: "npm run upgrade-check: needs a stack and a minor.", remedy: usage });
    }
    const { checkout, json, strict } = values;
    const check = await checkUpgrade(new PulumiCli(), { stack, to, checkout, now: new Date() });
    console.log(json ? JSON.stringify(check, undefined, 2) : checkText(check));
    process.exitCode = exitCodeOf(check, strict);
  }, 2);
}
