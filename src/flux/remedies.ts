/** What to do about what Flux reports, by the words of its controllers (Flux 2.7). */
import { fluxApi } from "./api.ts";
import type { Row } from "./readiness.ts";

interface Remedy {
  readonly pattern: RegExp;
  readonly text: (match: RegExpExecArray, row: Row) => string;
}

const served = [
  { group: "helm.toolkit.fluxcd.io", apiVersion: fluxApi.helm },
  { group: "kustomize.toolkit.fluxcd.io", apiVersion: fluxApi.kustomize },
  { group: "source.toolkit.fluxcd.io", apiVersion: fluxApi.source },
];

const remedies: readonly Remedy[] = [
  {
    pattern: /no matches for kind "?(\w+)"? in version "?([\w./-]+)"?/,
    text: ([, kind = "", version = ""]) => {
      const current = served.find(({ group }) => version.startsWith(`${group}/`));
      return current === undefined
        ? `Nothing in the cluster brings ${kind} (${version}): put what does into platform/services, and depend on it.`
        : `This Flux does not take ${version} any more: write apiVersion: ${current.apiVersion} for each ${kind}.`;
    },
  },
  {
    // GitHub says "authentication required: Repository not found", too, of what the token may not see.
    pattern: /repository not found|repository does not exist/i,
    text: () =>
      "Look at the address (gitops.url, sandbox.apps.url) and at the stack's credentials for it (root, apps): who may not read a private repository does not find it.",
  },
  {
    pattern:
      /authentication required|authorization failed|invalid credentials|access denied|unauthorized|\b40[13]\b|handshake failed|unable to authenticate/i,
    text: () =>
      "The source refuses the secret: look at the stack's credentials, and at what the token may read.",
  },
  {
    pattern: /secrets? "([^"]+)" not found|failed to get secret '([^']+)'/,
    text: ([, first, second]) =>
      `Give the stack credentials for it: it makes the secret ${(first ?? second ?? "").split("/").at(-1) ?? ""} of them.`,
  },
  {
    pattern: /couldn't find remote ref|reference not found|branch .* not found/i,
    text: () =>
      "The branch is not there (any more): run pulumi up, which makes it, or set another with sandbox.branch.",
  },
  {
    pattern:
      /no ['"]?(\S+?)['"]? chart with version matching ['"]?([^'"\s]+)['"]? found|chart version .* not found|no chart version found/i,
    text: () =>
      "Set a version that the chart's repository has (helm search repo --versions), in the stack or in Git.",
  },
  {
    pattern: /kustomize build failed|accumulating resources|failed to decode Kubernetes YAML|yaml: /i,
    text: (_match, { key }) => `Mend what ${key} builds and push; kustomize build shows the same message.`,
  },
  {
    pattern: /path not found|no such file or directory/i,
    text: (_match, { key }) => `Look at spec.path of ${key}: the source has no such directory.`,
  },
  {
    pattern: /is forbidden: User "system:serviceaccount:([^"]+)"/,
    text: ([, account = ""]) =>
      `Give ${account.replace(":", "/")} the right, or name another spec.serviceAccountName.`,
  },
  {
    pattern: /no such host|connection refused|i\/o timeout|network is unreachable|certificate/i,
    text: () => "The cluster does not reach the source: look at routes, proxy and certificate.",
  },
];

/** Undefined for what is not known; the object's own message has to do then. */
export function remedyFor(row: Row): string | undefined {
  for (const { pattern, text } of remedies) {
    const match = pattern.exec(row.message);
    if (match !== null) return text(match, row);
  }
  return undefined;
}
