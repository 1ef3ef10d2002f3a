import type { CreateClusterRequest, UpdateClusterConfigRequest } from "@aws-sdk/client-eks";
import type { ClusterArgs, ClusterState } from "@pulumi/aws/eks/index.js";
import { isRecord, type Properties } from "../../../product.ts";
import type { Aws } from "../configuration.ts";
import { found } from "../faults.ts";
import { awsResource, type Changes, type Resolved } from "../resource.ts";
import { pick } from "../shapes.ts";
import { eksTagging } from "../tags.ts";
import { becomesActive, disappears, settleUpdate } from "./waits.ts";

type Inputs = Resolved<ClusterArgs>;

/** Minutes that the real provider grants. */
const minutes = { create: 30, update: 60, delete: 15, roleKnown: 2 };

/** What EKS says while IAM has not spread a new role or its policies. */
const roleUnknown =
  /InvalidParameterException.*(does not exist|Error in role params|Role could not be assumed|doesn't have the Amazon EKS Managed Policies)/;

const logTypes = ["api", "audit", "authenticator", "controllerManager", "scheduler"];
const endpoint = ["endpointPublicAccess", "endpointPrivateAccess", "publicAccessCidrs"];
const placement = ["subnetIds", "securityGroupIds"];
/** Inputs that EKS takes, and tells, as they are. */
const asTheyAre = [
  "name",
  "roleArn",
  "version",
  "accessConfig",
  "deletionProtection",
  "upgradePolicy",
  "kubernetesNetworkConfig",
];

function logging(enabled: readonly string[] = []): object {
  const groups = [true, false].map((on) => ({
    types: logTypes.filter((type) => enabled.includes(type) === on),
    enabled: on,
  }));
  return { clusterLogging: groups.filter(({ types }) => types.length > 0) };
}

/** A cluster's live properties, as the program sees them. */
async function liveCluster(aws: Aws, name: string): Promise<Properties | undefined> {
  const { cluster } = await aws.eks.describeCluster({ name });
  if (!cluster) return undefined;
  const [encryptionConfig] = cluster.encryptionConfig ?? [];
  const network = cluster.kubernetesNetworkConfig;
  return {
    ...pick(cluster, [...asTheyAre, "arn", "endpoint", "platformVersion", "status", "tags"]),
    createdAt: cluster.createdAt?.toISOString(),
    deletionProtection: cluster.deletionProtection ?? false,
    certificateAuthority: { data: cluster.certificateAuthority?.data ?? "" },
    identities: [{ oidcs: [{ issuer: cluster.identity?.oidc?.issuer ?? "" }] }],
    enabledClusterLogTypes: (cluster.logging?.clusterLogging ?? []).flatMap(({ enabled, types }) =>
      enabled ? (types ?? []) : [],
    ),
    kubernetesNetworkConfig: pick(network ?? {}, ["ipFamily", "serviceIpv4Cidr"]),
    vpcConfig: pick(cluster.resourcesVpcConfig ?? {}, [
      ...endpoint,
      ...placement,
      "vpcId",
      "clusterSecurityGroupId",
    ]),
    ...(encryptionConfig && { encryptionConfig }),
  };
}

/** What is to change, as requests: EKS takes one update at a time, and one kind of change in each. */
function configUpdates(news: Inputs, { olds, has }: Changes<ClusterArgs>): object[] {
  const vpcChange = (names: string[]): object[] => {
    const resourcesVpcConfig = pick(news.vpcConfig, names);
    const same = JSON.stringify(pick(olds.vpcConfig, names)) === JSON.stringify(resourcesVpcConfig);
    return same ? [] : [{ resourcesVpcConfig }];
  };
  return [
    ...(has("accessConfig") ? [{ accessConfig: pick(news.accessConfig ?? {}, ["authenticationMode"]) }] : []),
    ...(has("enabledClusterLogTypes") ? [{ logging: logging(news.enabledClusterLogTypes) }] : []),
    ...(has("deletionProtection") ? [{ deletionProtection: news.deletionProtection ?? false }] : []),
    ...(has("upgradePolicy") ? [{ upgradePolicy: news.upgradePolicy }] : []),
    ...vpcChange(endpoint),
    ...vpcChange(placement),
  ];
}

export const cluster = awsResource<ClusterArgs, ClusterState>({
  noun: "EKS Cluster",
  properties: {
    name: ["replaces"],
    roleArn: ["required", "replaces"],
    version: ["kept"],
    vpcConfig: ["required"],
    "vpcConfig.subnetIds": ["set"],
    "vpcConfig.securityGroupIds": ["set"],
    "vpcConfig.publicAccessCidrs": ["set", "kept"],
    accessConfig: ["kept"],
    "accessConfig.authenticationMode": ["kept"],
    "accessConfig.bootstrapClusterCreatorAdminPermissions": ["replaces"],
    bootstrapSelfManagedAddons: ["replaces"],
    deletionProtection: ["kept"],
    enabledClusterLogTypes: ["set"],
    encryptionConfig: [],
    "encryptionConfig.provider.keyArn": ["replaces"],
    "encryptionConfig.resources": ["set"],
    forceUpdateVersion: [],
    kubernetesNetworkConfig: ["kept"],
    "kubernetesNetworkConfig.ipFamily": ["replaces"],
    "kubernetesNetworkConfig.serviceIpv4Cidr": ["replaces"],
    upgradePolicy: ["kept"],
  },
  outputs: [
    "arn",
    "certificateAuthority",
    "createdAt",
    "endpoint",
    "identities",
    "platformVersion",
    "status",
    "version",
  ],
  changedByUpdate: ["platformVersion"],
  autoName: { property: "name", maxLength: 100 },
  tagging: eksTagging,

  create: async (operation, inputs) => {
    const { enabledClusterLogTypes: logs, encryptionConfig, vpcConfig } = inputs;
    const request = {
      ...pick(inputs, [...asTheyAre, "bootstrapSelfManagedAddons"]),
      ...(logs && { logging: logging(logs) }),
      ...(encryptionConfig && { encryptionConfig: [encryptionConfig] }),
      resourcesVpcConfig: pick(vpcConfig, [...endpoint, ...placement]),
      tags: { ...inputs.tagsAll },
    } as unknown as CreateClusterRequest;
    await operation.retry(`role ${inputs.roleArn} to be known to EKS`, minutes.roleKnown, roleUnknown, () =>
      operation.aws.eks.createCluster(request),
    );
    return inputs.name ?? "";
  },

  ready: (operation, name) =>
    becomesActive(operation, `EKS cluster ${name}`, minutes.create, ["CREATING", "PENDING", "UPDATING"], () =>
      liveCluster(operation.aws, name),
    ),

  read: ({ aws }, name) => liveCluster(aws, name),

  update: async (operation, name, news, changes) => {
    const { eks } = operation.aws;
    const settle = (request: Parameters<typeof settleUpdate>[4]): Promise<void> =>
      settleUpdate(operation, `EKS cluster ${name}`, minutes.update, { name }, request);
    const { version, encryptionConfig, forceUpdateVersion: force } = news;
    if (
      changes.has("version") &&
      version &&
      version !== (await liveCluster(operation.aws, name))?.["version"]
    ) {
      await settle(() => eks.updateClusterVersion({ name, version, force }));
    }
    if (changes.has("encryptionConfig")) {
      if (!isRecord(encryptionConfig)) {
        throw new Error("EKS never takes back the encryption of secrets. Put encryptionConfig back.");
      }
      const config = { clusterName: name, encryptionConfig: [encryptionConfig] };
      await settle(() => eks.associateEncryptionConfig(config));
    }
    for (const part of configUpdates(news, changes)) {
      await settle(() => eks.updateClusterConfig({ ...(part as UpdateClusterConfigRequest), name }));
    }
  },

  delete: async (operation, name) => {
    const busy = /ResourceInUseException.*in progress/;
    await operation.retry(`EKS cluster ${name} to finish its update`, 60, busy, () =>
      found(operation.aws.eks.deleteCluster({ name })),
    );
    await disappears(operation, `EKS cluster ${name}`, minutes.delete, () =>
      liveCluster(operation.aws, name),
    );
  },
});
