/** Inputs of `eks:index:Cluster` that this stand-in honours: those that the program sets. */
import type { Inputs } from "@pulumi/pulumi";
import type { ClusterArgs } from "@pulumi/eks";

const known = [
  "accessEntries",
  "authenticationMode",
  "bootstrapSelfManagedAddons",
  "createOidcProvider",
  "deletionProtection",
  "enabledClusterLogTypes",
  "encryptionConfigKeyArn",
  "endpointPrivateAccess",
  "endpointPublicAccess",
  "kubeProxyAddonOptions",
  "kubernetesServiceIpAddressRange",
  "name",
  "providerCredentialOpts",
  "publicAccessCidrs",
  "skipDefaultNodeGroup",
  "skipDefaultSecurityGroups",
  "subnetIds",
  "tags",
  "useDefaultVpcCni",
  "version",
  "vpcId",
] as const satisfies readonly (keyof ClusterArgs)[];

export type ClusterArguments = Pick<ClusterArgs, (typeof known)[number]>;
/** What the component makes unless it is told not to, each with how it is told. The program makes these things itself. */
const turnedOff: readonly (readonly [
  what: string,
  how: string,
  isOff: (args: ClusterArguments) => boolean,
])[] = [
  ["the aws-auth ConfigMap", 'authenticationMode: "API"', (args) => args.authenticationMode === "API"],
  ["a default node group", "skipDefaultNodeGroup: true", (args) => args.skipDefaultNodeGroup === true],
  [
    "default security groups",
    "skipDefaultSecurityGroups: true",
    (args) => args.skipDefaultSecurityGroups === true,
  ],
  ["the add-on vpc-cni", "useDefaultVpcCni: true", (args) => args.useDefaultVpcCni === true],
  [
    "the add-on kube-proxy",
    "kubeProxyAddonOptions.enabled: false",
    (args) => args.kubeProxyAddonOptions?.enabled === false,
  ],
  ["the account's default VPC", "vpcId", (args) => args.vpcId !== undefined],
  ["all subnets of the VPC", "subnetIds", (args) => args.subnetIds !== undefined],
];

/** Reads the inputs. Throws with the names of what only the real component can do. */
export function clusterArguments(inputs: Inputs): ClusterArguments {
  const args = inputs as ClusterArguments;
  const isKnown = (name: string): boolean => (known as readonly string[]).includes(name);
  const foreign = [
    ...Object.keys(inputs).filter((name) => inputs[name] !== undefined && !isKnown(name)),
    ...turnedOff.filter(([, , isOff]) => !isOff(args)).map(([what, how]) => `${what} (set ${how})`),
  ];
  if (foreign.length === 0) return args;
  throw new Error(
    `the local eks provider does not implement ${foreign.join(", ")}. ` +
      "Leave it out, or use the official plugin (LOCAL_PROVIDERS=official).",
  );
}
