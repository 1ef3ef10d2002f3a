/**
 * The add-ons that the component makes unless they are turned off. All are registered with `preserve: true`: their deletion leaves
 * the workloads in the cluster.
 */
import * as aws from "@pulumi/aws";
import { ComponentResource, output } from "@pulumi/pulumi";
import type { ComponentResourceOptions, Input, Output, Resource } from "@pulumi/pulumi";
import type { AddonOptions, ClusterArguments, CniOptions } from "./arguments.ts";

type Tags = ClusterArguments["tags"];

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}

const text = (values: AddonOptions["configurationValues"]): Output<string> =>
  output(values).apply((known) => JSON.stringify(sorted(known)));

function newestVersion(
  addonName: string,
  kubernetesVersion: Input<string>,
  parent: Resource,
): Output<string> {
  return aws.eks.getAddonVersionOutput({ addonName, kubernetesVersion, mostRecent: true }, { parent })
    .version;
}

interface AddonRequest {
  readonly logicalName: string;
  readonly addonName: string;
  readonly clusterName: Input<string>;
  readonly kubernetesVersion: Input<string>;
  readonly version?: Input<string> | undefined;
  readonly options: Omit<AddonOptions, "enabled" | "version">;
  readonly serviceAccountRoleArn?: Input<string> | undefined;
  readonly tags: Tags;
  readonly parent: ComponentResource;
}

function addon(request: AddonRequest): aws.eks.Addon {
  const { logicalName, addonName, clusterName, options, tags, parent, serviceAccountRoleArn } = request;
  return new aws.eks.Addon(
    logicalName,
    {
      clusterName,
      addonName,
      preserve: true,
      addonVersion: request.version ?? newestVersion(addonName, request.kubernetesVersion, parent),
      resolveConflictsOnCreate: options.resolveConflictsOnCreate ?? "OVERWRITE",
      resolveConflictsOnUpdate: options.resolveConflictsOnUpdate ?? "OVERWRITE",
      ...(options.configurationValues && { configurationValues: text(options.configurationValues) }),
      ...(serviceAccountRoleArn && { serviceAccountRoleArn }),
      ...(tags && { tags }),
    },
    { parent },
  );
}

/** kube-proxy is on by default; coredns, which needs nodes, only where it is asked for. */
export function clusterAddons(
  name: string,
  args: ClusterArguments,
  cluster: aws.eks.Cluster,
  parent: ComponentResource,
): void {
  const make = (addonName: string, { version, ...options }: AddonOptions): aws.eks.Addon =>
    addon({
      logicalName: `${name}-${addonName}`,
      addonName,
      clusterName: cluster.name,
      kubernetesVersion: cluster.version,
      version,
      options,
      tags: args.tags,
      parent,
    });
  if (args.kubeProxyAddonOptions?.enabled ?? true) make("kube-proxy", args.kubeProxyAddonOptions ?? {});
  const coredns = args.corednsAddonOptions;
  if (coredns?.enabled === true || coredns?.configurationValues !== undefined) make("coredns", coredns);
}

/** Variables of aws-node that the component sets where the program does not. */
const cniEnvironment = {
  AWS_VPC_ENI_MTU: "9001",
  AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG: "false",
  AWS_VPC_K8S_CNI_EXTERNALSNAT: "false",
  AWS_VPC_K8S_CNI_LOGLEVEL: "DEBUG",
  AWS_VPC_K8S_CNI_LOG_FILE: "/host/var/log/aws-routed-eni/ipamd.log",
  AWS_VPC_K8S_CNI_VETHPREFIX: "eni",
  AWS_VPC_K8S_PLUGIN_LOG_FILE: "/var/log/aws-routed-eni/plugin.log",
  AWS_VPC_K8S_PLUGIN_LOG_LEVEL: "DEBUG",
  ENABLE_POD_ENI: "false",
  WARM_ENI_TARGET: "1",
};

function initialisation(given: Record<string, unknown> = {}): Record<string, unknown> {
  const env = given["env"] as Record<string, unknown> | undefined;
  return { ...given, env: { DISABLE_TCP_EARLY_DEMUX: "false", ...env } };
}

export class VpcCniAddon extends ComponentResource {
  readonly addon: Output<aws.eks.Addon>;

  constructor(
    name: string,
    { addonVersion, serviceAccountRoleArn, ...options }: CniOptions,
    cluster: aws.eks.Cluster,
    tags: Tags,
    componentOptions: ComponentResourceOptions,
  ) {
    super("eks:index:VpcCniAddon", name, {}, componentOptions);
    const configurationValues = output(options.configurationValues ?? {}).apply((given) => ({
      ...given,
      env: { ...cniEnvironment, ...(given["env"] as Record<string, unknown> | undefined) },
      init: initialisation(given["init"] as Record<string, unknown> | undefined),
    }));
    this.addon = output(
      addon({
        logicalName: name,
        addonName: "vpc-cni",
        clusterName: cluster.name,
        kubernetesVersion: cluster.version,
        version: addonVersion,
        options: { ...options, configurationValues },
        serviceAccountRoleArn,
        tags,
        parent: this,
      }),
    );
    this.registerOutputs({ addon: this.addon });
  }
}
