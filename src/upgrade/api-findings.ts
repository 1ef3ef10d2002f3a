/** Versions of APIs that the target does not serve, or will not for long: of Kubernetes and of Flux. */
import { formatMinor, minorsAhead, parseMinor, type Minor } from "../versions/minor.ts";
import { isFluxGroup, type FluxApi } from "./flux-apis.ts";
import type { Finding, UsedApi } from "./finding.ts";
import { findApi, kubernetesApis, stateIn, type ApiLife } from "./kubernetes-apis.ts";

export function apiFindings(used: readonly UsedApi[], target: Minor, flux: readonly FluxApi[]): Finding[] {
  return used.flatMap((api) => kubernetesFinding(api, target) ?? fluxFinding(api, flux) ?? []);
}

function kubernetesFinding(used: UsedApi, target: Minor): Finding | undefined {
  const api = findApi(used.apiVersion, used.kind);
  const state = api && stateIn(api, target);
  if (api === undefined || state === undefined || state === "served") return undefined;
  return {
    check: "kubernetes-apis",
    severity: state === "removed" ? "finding" : "warning",
    ...place(used),
    what: `${used.object}: ${used.apiVersion} is ${stateText(api, state, target)}.`,
    remedy: instead(api),
  };
}

function stateText(api: ApiLife, state: "removed" | "deprecated", target: Minor): string {
  return state === "removed"
    ? `not served by Kubernetes ${formatMinor(target)} (removed in ${api.removedIn})`
    : `deprecated since ${api.deprecatedIn}, and removed in ${api.removedIn}`;
}

function instead({ replacement, kinds }: ApiLife): string {
  return replacement === undefined
    ? `Take it away: ${kinds.join(", ")} has no successor.`
    : `Write ${replacement}.`;
}

function fluxFinding(used: UsedApi, flux: readonly FluxApi[]): Finding | undefined {
  const [group = "", version = ""] = used.apiVersion.split("/");
  if (!isFluxGroup(group)) return undefined;
  const api = flux.find((each) => each.group === group && each.kind === used.kind);
  if (api === undefined || version === api.current) return undefined;
  const deprecated = api.deprecated.includes(version);
  return {
    check: "flux-apis",
    severity: deprecated ? "warning" : "finding",
    ...place(used),
    what: `${used.object}: ${used.apiVersion} is ${deprecated ? "deprecated, and goes with a later Flux" : "not served by the installed Flux"}.`,
    remedy: `Write ${group}/${api.current}.`,
  };
}

function place({ where, file, line }: UsedApi): Pick<Finding, "where" | "file" | "line"> {
  return { where, ...(file === undefined ? {} : { file }), ...(line === undefined ? {} : { line }) };
}

/**
 * What the API server has been asked for since it started, by its metric `apiserver_requested_deprecated_apis`. It does not
 * tell by whom: the audit log does.
 *
 * @param metrics the text of `/metrics`.
 */
export function metricFindings(metrics: string, target: Minor): Finding[] {
  return metrics.split("\n").flatMap((line): Finding[] => {
    const labels = /^apiserver_requested_deprecated_apis\{(.*)\} 1$/.exec(line)?.[1];
    if (labels === undefined) return [];
    const label = (name: string): string => new RegExp(`(?:^|,)${name}="([^"]*)"`).exec(labels)?.[1] ?? "";
    const removedIn = parseMinor(label("removed_release"));
    const removed = removedIn !== undefined && minorsAhead(target, removedIn) >= 0;
    const apiVersion = [label("group"), label("version")].filter((part) => part !== "").join("/");
    const resource = label("resource");
    const api = kubernetesApis.find(
      (each) => each.apiVersion === apiVersion && each.kinds.some((kind) => pluralOf(kind) === resource),
    );
    const end =
      removedIn === undefined ? "without a date of removal" : `removed in ${formatMinor(removedIn)}`;
    return [
      {
        check: "kubernetes-apis",
        severity: removed ? "finding" : "warning",
        where: "requests to the API server",
        what: `${resource}: somebody asks for ${apiVersion}, which is deprecated, and ${end}.`,
        remedy: `${api ? instead(api) : "See the deprecation guide of Kubernetes."} Who it is, the audit log tells (annotation k8s.io/deprecated).`,
      },
    ];
  });
}

/** `ingresses` of `Ingress`, `networkpolicies` of `NetworkPolicy`. */
export function pluralOf(kind: string): string {
  const name = kind.toLowerCase();
  if (name.endsWith("s")) return `${name}es`;
  return name.endsWith("y") ? `${name.slice(0, -1)}ies` : `${name}s`;
}
