/** Inputs of `eks:index:Cluster` that this stand-in honours, and the refusals of the real component. */
import type { Inputs } from "@pulumi/pulumi";
import type { ClusterArgs, types } from "@pulumi/eks";

const known = [
  "accessEntries",
  "authenticationMode",
  "bootstrapSelfManagedAddons",
  "clusterSecurityGroup",
  "clusterSecurityGroupTags",
  "clusterTags",
  "corednsAddonOptions",
  "createOidcProvider",
  "deletionProtection",
  "enableConfigMapMutable",
  "enabledClusterLogTypes",
  "encryptionConfigKeyArn",
  "endpointPrivateAccess",
  "endpointPublicAccess",
  "instanceRoles",
  "ipFamily",
  "kubeProxyAddonOptions",
  "kubernetesServiceIpAddressRange",
  "name",
  "nodeSecurityGroupTags",
  "privateSubnetIds",
  "providerCredentialOpts",
  "publicAccessCidrs",
  "publicSubnetIds",
  "roleMappings",
  "serviceRole",
  "skipDefaultNodeGroup",
  "skipDefaultSecurityGroups",
  "subnetIds",
  "tags",
  "upgradePolicy",
  "useDefaultVpcCni",
  "userMappings",
  "version",
  "vpcCniOptions",
  "vpcId",
] as const satisfies readonly (keyof ClusterArgs)[];

const knownCniOptions = [
  "addonVersion",
  "configurationValues",
  "resolveConflictsOnCreate",
  "resolveConflictsOnUpdate",
  "serviceAccountRoleArn",
] as const satisfies readonly (keyof types.input.VpcCniOptionsArgs)[];

export type ClusterArguments = Pick<ClusterArgs, (typeof known)[number]>;
export type AddonOptions = types.input.CoreDnsAddonOptionsArgs;
export type CniOptions = Pick<types.input.VpcCniOptionsArgs, (typeof knownCniOptions)[number]>;

const modes: readonly string[] = ["API", "API_AND_CONFIG_MAP", "CONFIG_MAP"];

export const usesConfigMap = (mode: string | undefined): boolean => mode !== "API";
export const usesAccessEntries = (mode: string | undefined): boolean => mode?.startsWith("API") ?? false;

/** Reads the inputs. Throws what the real component throws, and names what only the real component can do. */
export function clusterArguments(inputs: Inputs): ClusterArguments {
  const args = inputs as ClusterArguments;
  const given = Object.keys(inputs).filter((name) => inputs[name] !== undefined);
  const isKnown = (names: readonly string[], name: string): boolean => names.includes(name);
  const cni = Object.keys(args.vpcCniOptions ?? {}).filter((name) => !isKnown(knownCniOptions, name));
  const foreign = [
    ...given.filter((name) => !isKnown(known, name)),
    ...cni.map((name) => `vpcCniOptions.${name}`),
  ];
  if (!args.skipDefaultNodeGroup) foreign.push("a default node group (set skipDefaultNodeGroup: true)");
  if (args.vpcId === undefined) foreign.push("the account's default VPC (set vpcId)");
  if (foreign.length > 0) {
    throw new Error(
      `the local eks provider does not implement ${foreign.join(", ")}. ` +
        "Leave it out, or use the official plugin (LOCAL_PROVIDERS=official).",
    );
  }
  const mode = args.authenticationMode;
  if (mode !== undefined && !modes.includes(mode)) {
    throw new Error(
      `Invalid value for authenticationMode: ${mode}. Allowed values are: ${modes.join(", ")}.`,
    );
  }
  if (args.accessEntries && !usesAccessEntries(mode)) {
    throw new Error(
      `The 'accessEntries' property is not supported when 'authenticationMode' is ${mode ? `set to '${mode}'` : "not set"}.`,
    );
  }
  for (const name of ["roleMappings", "userMappings", "instanceRoles"] as const) {
    const list = args[name];
    if (mode === "API" && Array.isArray(list) && list.length > 0) {
      throw new Error(
        `The '${name}' property does not support non-empty values when 'authenticationMode' is set to 'API'.`,
      );
    }
  }
  if (args.subnetIds !== undefined && (args.publicSubnetIds ?? args.privateSubnetIds) !== undefined) {
    throw new Error(
      "subnetIds, and the use of publicSubnetIds and/or privateSubnetIds are mutually exclusive. Choose a single approach.",
    );
  }
  return args;
}
