import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { CapacityType, TaintEffect } from "../src/aws-values.ts";
import type { CoreAddons } from "./addons.ts";
import { nodeLaunchTemplate, type NodeMachine } from "./launch-template.ts";
import type { Network } from "./network.ts";
import type { NodeRole } from "./node-role.ts";
import { timeouts } from "./timeouts.ts";

export interface NodeTaint {
  readonly key: string;
  readonly value?: string | undefined;
  readonly effect: TaintEffect;
}

export interface NodeGroupArgs extends NodeMachine {
  readonly clusterName: pulumi.Input<string>;
  /** The control plane's own minor, or an older one: EKS refuses nodes that are newer. */
  readonly kubernetesVersion: pulumi.Input<string>;
  /** They are made in its private subnets. */
  readonly network: Network;
  readonly role: NodeRole;
  /** The add-ons of the stage before nodes: a node without them never becomes ready. */
  readonly addonsBeforeNodes: CoreAddons;
  /** In order of preference; with spot, several of like size make interruptions rarer. */
  readonly instanceTypes: readonly string[];
  readonly capacityType: CapacityType;
  /** How many nodes there are, as are `desiredSize` and `maxSize`. */
  readonly minSize: number;
  readonly desiredSize: number;
  readonly maxSize: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly NodeTaint[];
}

/**
 * A managed node group with its launch template.
 *
 * The plain resource of the AWS provider, not `eks.ManagedNodeGroup`: that one is a remote component, to whose
 * children a failure does not spread (they are deleted though what depends on the component is still there),
 * and it knows neither of the add-ons that nodes need nor of their role's policies.
 */
export class NodeGroup extends pulumi.ComponentResource {
  readonly nodeGroupArn: pulumi.Output<string>;
  /** The name that EKS knows it by: `<name>` with a random ending, so that a replacement can come up first. */
  readonly nodeGroupName: pulumi.Output<string>;

  constructor(name: string, args: NodeGroupArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sdlc:node-group:NodeGroup", name, {}, opts);
    const child = { parent: this };

    const template = nodeLaunchTemplate(name, args, child);
    const group = new aws.eks.NodeGroup(
      name,
      {
        clusterName: args.clusterName,
        version: args.kubernetesVersion,
        subnetIds: args.network.privateSubnetIds,
        nodeRoleArn: args.role.arn,
        launchTemplate: { id: template.id, version: pulumi.interpolate`${template.latestVersion}` },
        amiType: args.amiType,
        instanceTypes: [...args.instanceTypes],
        capacityType: args.capacityType,
        scalingConfig: {
          minSize: args.minSize,
          desiredSize: args.desiredSize,
          maxSize: args.maxSize,
        },
        updateConfig: { maxUnavailablePercentage: 33 },
        labels: { ...args.labels },
        taints: args.taints.map(({ key, value, effect }) => ({
          key,
          effect,
          ...(value === undefined ? {} : { value }),
        })),
      },
      {
        ...child,
        customTimeouts: timeouts.nodeGroup,
        dependsOn: [
          // They pull images and join through routes and NAT gateways, and leave through them.
          args.network,
          // A role without its policies cannot join, nor leave: the interfaces of its nodes would be stranded.
          args.role,
          // Nodes stay NotReady without vpc-cni, and its pods start without credentials unless the pod identity
          // agent and the association are there. On a destroy the nodes therefore go first: an add-on or its
          // role taken from under them leaves interfaces behind that hold the subnets.
          args.addonsBeforeNodes,
        ],
      },
    );

    this.nodeGroupArn = group.arn;
    this.nodeGroupName = group.nodeGroupName;
    this.registerOutputs({ nodeGroupArn: this.nodeGroupArn, nodeGroupName: this.nodeGroupName });
  }
}
