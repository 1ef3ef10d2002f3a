/** Updates of a cluster: configuration and encryption; the version has a file of its own. */
import type * as sdk from "@aws-sdk/client-eks";
import { addImpliedEntries } from "./access-entries.ts";
import {
  checkEncryption,
  checkEndpoints,
  checkModeStep,
  completeLogging,
  enabledLogs,
} from "./cluster-rules.ts";
import type { ClusterOperation, ClusterRecord } from "./context.ts";
import { deliverLogs } from "./control-plane-logs.ts";
import { minutes } from "./durations.ts";
import { invalidParameter, required } from "./faults.ts";
import { inspectNetwork, replaceControlPlaneInterfaces } from "./network.ts";
import { refuseBusyCluster, startUpdate } from "./updates.ts";

interface Change {
  readonly params: Partial<Record<sdk.UpdateParamType, unknown>>;
  readonly apply: () => Promise<void> | void;
}

type Input = sdk.UpdateClusterConfigCommandInput;
type ChangeOf = (record: ClusterRecord, input: Input) => Change | Promise<Change>;

const noChange = (setting: string): Error =>
  invalidParameter(`Cluster is already at the desired configuration with ${setting}`);

const changeVpcConfig: ChangeOf = async (record, { resourcesVpcConfig: wanted }) => {
  const { name, resourcesVpcConfig: now } = record.cluster;
  const { subnetIds = now.subnetIds, securityGroupIds = now.securityGroupIds } = wanted ?? {};
  const words = (config: { subnetIds: string[]; securityGroupIds: string[] }): string =>
    `subnetIds: [${config.subnetIds.toSorted().join(", ")}], securityGroupIds: [${config.securityGroupIds.toSorted().join(", ")}]`;
  if (words({ subnetIds, securityGroupIds }) === words(now)) throw noChange(words(now));
  const { vpcId } = await inspectNetwork(record.eks, name, subnetIds);
  if (vpcId !== now.vpcId) throw invalidParameter(`Subnets must belong to the cluster's VPC ${now.vpcId}`);
  return {
    params: { Subnets: subnetIds, SecurityGroups: securityGroupIds },
    apply: async () => {
      Object.assign(now, { subnetIds, securityGroupIds });
      await replaceControlPlaneInterfaces(record);
    },
  };
};

const changeEndpoints: ChangeOf = ({ cluster }, { resourcesVpcConfig: wanted }) => {
  const now = cluster.resourcesVpcConfig;
  const next = {
    endpointPublicAccess: wanted?.endpointPublicAccess ?? now.endpointPublicAccess,
    endpointPrivateAccess: wanted?.endpointPrivateAccess ?? now.endpointPrivateAccess,
    publicAccessCidrs: wanted?.publicAccessCidrs ?? now.publicAccessCidrs,
  };
  checkEndpoints(next.endpointPublicAccess, next.endpointPrivateAccess);
  const words = (config: typeof next): string =>
    `endpointPrivateAccess: ${String(config.endpointPrivateAccess)} , endpointPublicAccess: ${String(config.endpointPublicAccess)}, and Public Endpoint Restrictions: [${config.publicAccessCidrs.join(", ")}]`;
  if (words(next) === words(now)) throw noChange(words(now));
  return {
    params: {
      EndpointPublicAccess: next.endpointPublicAccess,
      EndpointPrivateAccess: next.endpointPrivateAccess,
      PublicAccessCidrs: next.publicAccessCidrs,
    },
    apply: () => void Object.assign(now, next),
  };
};

const changeLogging: ChangeOf = (record, { logging }) => {
  const { cluster } = record;
  const next = completeLogging(logging, cluster.logging);
  const words = enabledLogs(next).join(", ");
  if (words === enabledLogs(cluster.logging).join(", ")) throw noChange(`logging: [${words}]`);
  return {
    params: { ClusterLogging: next },
    apply: async () => {
      cluster.logging = next;
      await deliverLogs(record);
    },
  };
};

const changeAccessMode: ChangeOf = (record, input) => {
  const { accessConfig } = record.cluster;
  const to = required(input.accessConfig?.authenticationMode, "accessConfig.authenticationMode");
  if (to === accessConfig.authenticationMode) throw noChange(`authenticationMode: ${to}`);
  checkModeStep(accessConfig.authenticationMode, to);
  return {
    params: { AuthenticationMode: to },
    apply: async () => {
      accessConfig.authenticationMode = to;
      await addImpliedEntries(record);
    },
  };
};

const changeUpgradePolicy: ChangeOf = ({ cluster }, { upgradePolicy = {} }) => {
  const { supportType = "EXTENDED" } = upgradePolicy;
  if (supportType === cluster.upgradePolicy?.supportType) throw noChange(`supportType: ${supportType}`);
  return {
    params: { UpgradePolicy: upgradePolicy },
    apply: () => void (cluster.upgradePolicy = { supportType }),
  };
};

const changeProtection: ChangeOf = ({ cluster }, { deletionProtection: on = false }) => {
  if (on === cluster.deletionProtection) throw noChange(`deletionProtection: ${String(on)}`);
  return { params: { DeletionProtection: on }, apply: () => void (cluster.deletionProtection = on) };
};

/** Which kinds of change a request asks for. */
function changesIn(input: Input): [sdk.UpdateType, ChangeOf][] {
  const vpc = input.resourcesVpcConfig;
  const endpoints = vpc?.endpointPublicAccess ?? vpc?.endpointPrivateAccess ?? vpc?.publicAccessCidrs;
  const kinds: [unknown, sdk.UpdateType, ChangeOf][] = [
    [vpc?.subnetIds ?? vpc?.securityGroupIds, "VpcConfigUpdate", changeVpcConfig],
    [endpoints, "EndpointAccessUpdate", changeEndpoints],
    [input.logging, "LoggingUpdate", changeLogging],
    [input.accessConfig, "AccessConfigUpdate", changeAccessMode],
    [input.upgradePolicy, "UpgradePolicyUpdate", changeUpgradePolicy],
    [input.deletionProtection, "DeletionProtectionUpdate", changeProtection],
  ];
  return kinds.filter(([asked]) => asked !== undefined).map(([, type, change]) => [type, change]);
}

export const updateClusterConfig: ClusterOperation<Input> = async (record, input) => {
  const [first, ...more] = changesIn(input);
  if (!first || more.length > 0) throw invalidParameter("Only one type of update can be allowed.");
  const [type, changeOf] = first;
  refuseBusyCluster(record, type);
  const { params, apply } = await changeOf(record, input);
  // Another request may have begun an update while this one looked at the network.
  refuseBusyCluster(record, type);
  const work = async (): Promise<void> => {
    await record.eks.wait(minutes.configUpdate);
    await apply();
  };
  return startUpdate(record, { type, params, target: record.cluster, work });
};

/** Cannot be undone: once a cluster encrypts its secrets it does so for ever. */
export const associateEncryptionConfig: ClusterOperation<sdk.AssociateEncryptionConfigCommandInput> = async (
  record,
  input,
) => {
  const { cluster, eks } = record;
  const type = "AssociateEncryptionConfig";
  refuseBusyCluster(record, type);
  if ((cluster.encryptionConfig ?? []).length > 0) {
    throw invalidParameter(
      `Cluster ${cluster.name} already has an encryption config, which cannot be changed`,
    );
  }
  const config = required(input.encryptionConfig, "encryptionConfig");
  await checkEncryption(eks, config);
  refuseBusyCluster(record, type);
  const work = async (): Promise<void> => {
    await eks.wait(minutes.configUpdate);
    cluster.encryptionConfig = config;
  };
  return startUpdate(record, { type, params: { EncryptionConfig: config }, target: cluster, work });
};
