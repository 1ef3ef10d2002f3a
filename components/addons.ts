import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { AddonName } from "../src/addons.ts";
import { addonTable, type AddonDefinition } from "./addon-table.ts";
import type { NodeGroup } from "./node-group.ts";
import { PodIdentity } from "./pod-identity.ts";
import { timeouts } from "./timeouts.ts";
import type { RoleLimit } from "./service-role.ts";

/**
 * Which half of the table. Those before the nodes are ACTIVE with no node at all, and without them no node
 * becomes ready; those after need nodes for their Deployments, or stay DEGRADED.
 */
export type AddonPlace =
  | { readonly stage: "before-nodes" }
  | { readonly stage: "after-nodes"; readonly nodeGroups: readonly NodeGroup[] };

export interface CoreAddonsArgs extends RoleLimit {
  readonly clusterName: pulumi.Input<string>;
  readonly place: AddonPlace;
  readonly versions: Readonly<Record<AddonName, pulumi.Input<string>>>;
  /** On what the add-ons make in AWS (interfaces, volumes), which no default tag reaches. */
  readonly tags: Readonly<Record<string, string>>;
}

/** The add-ons of one stage of `coreAddons`, each with the role its pods need. */
export class CoreAddons extends pulumi.ComponentResource {
  /** Version of each add-on of this stage, as EKS runs it. */
  readonly versions: pulumi.Output<Partial<Record<AddonName, string>>>;

  constructor(name: string, args: CoreAddonsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sdlc:addons:CoreAddons", name, {}, opts);
    const definitions = addonTable.filter(
      ({ needsNodes }) => needsNodes === (args.place.stage === "after-nodes"),
    );
    const identities = definitions.flatMap(({ identity }) =>
      identity === undefined ? [] : [this.identify(name, identity, args)],
    );
    const installed = definitions.map(
      (definition) =>
        [definition.name, this.install(name, definition, args, identities).addonVersion] as const,
    );

    this.versions = pulumi.output(Object.fromEntries(installed));
    this.registerOutputs({ versions: this.versions });
  }

  private identify(
    name: string,
    identity: NonNullable<AddonDefinition["identity"]>,
    { clusterName, permissionsBoundary }: CoreAddonsArgs,
  ): PodIdentity {
    return new PodIdentity(
      `${name}-${identity.id}`,
      { clusterName, permissionsBoundary, ...identity },
      { parent: this },
    );
  }

  private install(
    name: string,
    addon: AddonDefinition,
    args: CoreAddonsArgs,
    identities: readonly PodIdentity[],
  ): aws.eks.Addon {
    return new aws.eks.Addon(
      `${name}-${addon.name}`,
      {
        clusterName: args.clusterName,
        addonName: addon.name,
        addonVersion: args.versions[addon.name],
        ...(addon.configuration === undefined
          ? {}
          : { configurationValues: JSON.stringify(addon.configuration(args.tags)) }),
        // What somebody edited in the cluster gives way: these add-ons are the same in every clone.
        resolveConflictsOnCreate: "OVERWRITE",
        resolveConflictsOnUpdate: "OVERWRITE",
        // Software that stays behind would go on making interfaces and volumes while the cluster is torn down.
        preserve: false,
      },
      {
        parent: this,
        customTimeouts: timeouts.addon,
        dependsOn: [
          // Credentials are put into a pod when it starts; a pod older than the association never gets any. On
          // a destroy the permission outlives the pods. All of a stage wait for the same, because the engine deletes
          // by the depth at which it made: add-ons of different depth would go one after the other.
          ...identities,
          // Its Deployment needs nodes to become ready.
          ...(args.place.stage === "after-nodes" ? args.place.nodeGroups : []),
        ],
      },
    );
  }
}
