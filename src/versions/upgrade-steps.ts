/** What an `up` does about versions, in the order in which it does it: control plane, add-ons that nodes need, nodes, the rest. */
import { coreAddons, type AddonVersions } from "../addons.ts";

export interface StackVersions {
  /** Such as "1.34"; undefined on a stack without a cluster. */
  readonly kubernetesVersion: string | undefined;
  readonly addonVersions: AddonVersions;
  /** By node group. */
  readonly nodeVersions: Readonly<Record<string, string>>;
}

/**
 * One line a step; none where nothing changes. An add-on that `wanted` does not name is still to be asked of AWS.
 *
 * A step back is not in the other order here: nodes that would have to go back first are refused before
 * (`node-rules.ts`).
 */
export function upgradeSteps(running: StackVersions, wanted: StackVersions): string[] {
  const isNew = running.kubernetesVersion === undefined;
  const controlPlane = isNew
    ? [`make a cluster at ${wanted.kubernetesVersion ?? "?"}`]
    : change("control plane", running.kubernetesVersion, wanted.kubernetesVersion);
  if (isNew) return controlPlane;
  const sameMinor = running.kubernetesVersion === wanted.kubernetesVersion;
  const addons = (needsNodes: boolean): string[] =>
    coreAddons
      .filter((addon) => addon.needsNodes === needsNodes)
      .flatMap(({ name }) => {
        const to = wanted.addonVersions[name];
        if (to === undefined && sameMinor) return [];
        return change(name, running.addonVersions[name], to ?? "what EKS recommends");
      });
  return [
    ...controlPlane,
    ...addons(false),
    ...Object.entries(wanted.nodeVersions).flatMap(([group, version]) =>
      change(`nodes ${group}`, running.nodeVersions[group], version),
    ),
    ...addons(true),
  ];
}

function change(what: string, from: string | undefined, to: string | undefined): string[] {
  if (from === to || to === undefined) return [];
  return [from === undefined ? `${what} ${to}` : `${what} ${from} to ${to}`];
}
