/** What the rules of versions say about the step, with what the nodes really run. */
import type { AlignmentSource } from "../alignment.ts";
import { planEnvironment } from "../environment-plan.ts";
import { UserError } from "../errors.ts";
import { formatMinor, minorsAhead, parseMinor, type Minor } from "../versions/minor.ts";
import { maxNodeLag } from "../versions/node-rules.ts";
import type { Finding } from "./finding.ts";

/** The same plan that `pulumi up` would make with the target in the settings. */
export function versionFindings(source: AlignmentSource, target: Minor, now: Date): Finding[] {
  const { known, stack } = source;
  const where = `stack ${stack}`;
  if ("mistakes" in known) throw new UserError(known.mistakes);
  const kubernetesVersion = formatMinor(target);
  try {
    const { warnings } = planEnvironment({
      project: source.project,
      stack,
      environment: known.environment,
      settings: { ...known.settings, kubernetesVersion },
      own: source.exported,
      development: known.environment === "sandbox" ? source.development : undefined,
      leader: source.leader,
      now,
    });
    return warnings
      .filter((warning) => warning.includes("Kubernetes"))
      .map((what) => ({ check: "versions", severity: "warning", where, what, remedy: "" }));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.mistakes.map(({ what, remedy }) => ({
      check: "versions",
      severity: "finding",
      where,
      what,
      remedy,
    }));
  }
}

/**
 * Nodes that no node group of the stack has: of Karpenter, or made by hand.
 *
 * @param kubelets by node, such as `v1.34.2-eks-1234567`.
 */
export function kubeletFindings(kubelets: Readonly<Record<string, string>>, target: Minor): Finding[] {
  return Object.entries(kubelets).flatMap(([node, version]): Finding[] => {
    const minor = parseMinor(version);
    const lag = minor === undefined ? 0 : minorsAhead(target, minor);
    if (lag <= maxNodeLag) return [];
    return [
      {
        check: "versions",
        severity: "finding",
        where: `node ${node}`,
        what: `${node}: its kubelet ${version} would be ${lag} minors older than the control plane, and at most ${maxNodeLag} are allowed.`,
        remedy: "Replace the node by one of a newer minor first.",
      },
    ];
  });
}
