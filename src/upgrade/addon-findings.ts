/** Add-ons that do not run on the target minor. */
import type { AddonVersions } from "../addons.ts";
import type { Finding } from "./finding.ts";

/** What EKS has of an add-on for the target minor. */
export interface AddonOffer {
  readonly versions: readonly string[];
  readonly defaultVersion: string | undefined;
}

export interface AddonCheck {
  readonly stack: string;
  readonly target: string;
  readonly installed: AddonVersions;
  /** By the setting `addonVersions`: what an `up` would keep. */
  readonly pinned: AddonVersions;
  readonly offers: Readonly<Record<string, AddonOffer>>;
}

/**
 * A pin that does not run on the target is a finding. What is not pinned an `up` brings to what EKS recommends: a warning, for
 * between the control plane's upgrade and its own the old version runs on the new minor.
 */
export function addonFindings({ stack, target, installed, pinned, offers }: AddonCheck): Finding[] {
  return Object.entries({ ...installed, ...pinned }).flatMap(([name, version]): Finding[] => {
    const offer = offers[name];
    if (offer === undefined || offer.versions.length === 0) {
      return [
        finding(
          name,
          `${name}: EKS has no version of it for Kubernetes ${target}.`,
          "Wait for one, or take it away.",
        ),
      ];
    }
    if (offer.versions.includes(version)) return [];
    const recommended = offer.defaultVersion ?? offer.versions[0] ?? "";
    const isPinned = pinned[name as keyof AddonVersions] !== undefined;
    const what = `${name}: ${version}${isPinned ? ", which is pinned," : ""} is not made for Kubernetes ${target}.`;
    return [
      isPinned
        ? finding(
            name,
            what,
            `pulumi config set --path addonVersions.${name} ${recommended} --stack ${stack}`,
          )
        : {
            ...finding(
              name,
              what,
              `Nothing to do: pulumi up takes it to ${recommended} after the control plane.`,
            ),
            severity: "warning",
          },
    ];
  });
}

function finding(name: string, what: string, remedy: string): Finding {
  return { check: "add-ons", severity: "finding", where: `add-on ${name}`, what, remedy };
}
