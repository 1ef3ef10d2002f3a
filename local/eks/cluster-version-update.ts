/** How a cluster moves between Kubernetes minors: one up at a time, or one back soon after. */
import type * as sdk from "@aws-sdk/client-eks";
import type { ClusterOperation, ClusterRecord, NodeGroupRecord } from "./context.ts";
import { minutes } from "./durations.ts";
import { invalidParameter, invalidRequest, required } from "./faults.ts";
import { checkFreeAddresses, freeAddresses, readSubnets, replaceControlPlaneInterfaces } from "./network.ts";
import { refuseBusyCluster, startUpdate } from "./updates.ts";
import { checkOffered, minorNumber } from "./versions.ts";

/** How long after an upgrade a rollback is possible. */
const rollbackMilliseconds = 7 * 86_400_000;
/** How many minors a kubelet may be older than its API server. */
const kubeletSkew = 3;

export const updateClusterVersion: ClusterOperation<sdk.UpdateClusterVersionCommandInput> = async (
  record,
  input,
) => {
  const { cluster, eks } = record;
  const from = cluster.version;
  const to = required(input.version, "version");
  const type = minorNumber(to) < minorNumber(from) ? "VersionRollback" : "VersionUpdate";
  refuseBusyCluster(record, type);
  checkOffered(to);
  if (type === "VersionRollback") checkRollback(record, to);
  else checkUpgrade(record, to);
  checkFreeAddresses(await readSubnets(eks, cluster.resourcesVpcConfig.subnetIds), freeAddresses.update);
  refuseBusyCluster(record, type);
  const work = async (): Promise<void> => {
    await Promise.all([eks.controlPlanes.updateVersion(cluster.name, to), eks.wait(minutes.versionUpdate)]);
    await replaceControlPlaneInterfaces(record);
    cluster.version = to;
    if (type === "VersionUpdate") record.lastUpgrade = { from, at: new Date() };
    else delete record.lastUpgrade;
  };
  const params = { Version: to, PlatformVersion: cluster.platformVersion };
  return startUpdate(record, { type, params, target: cluster, work });
};

const badStep = ({ cluster }: ClusterRecord, to: string): Error =>
  invalidParameter(`Unsupported Kubernetes minor version update from ${cluster.version} to ${to}`, {
    clusterName: cluster.name,
  });

/** Throws InvalidRequestException for the first node group that stands in the way. */
function refuseNodes(record: ClusterRecord, to: string, inTheWay: (minor: number) => boolean): void {
  const found = [...record.nodeGroups.values()].find(({ group }: NodeGroupRecord) =>
    inTheWay(minorNumber(group.version)),
  );
  if (!found) return;
  const { nodegroupName, version } = found.group;
  throw invalidRequest(
    `Nodegroup ${nodegroupName} at version ${version} must be updated before cluster ${record.cluster.name} can be at ${to}`,
    { clusterName: record.cluster.name, nodegroupName },
  );
}

function checkUpgrade(record: ClusterRecord, to: string): void {
  if (minorNumber(to) !== minorNumber(record.cluster.version) + 1) throw badStep(record, to);
  refuseNodes(record, to, (minor) => minor < minorNumber(to) - kubeletSkew);
}

/** One minor back, within seven days of the upgrade, never below the version of creation, nodes first (EKS user guide). */
function checkRollback(record: ClusterRecord, to: string): void {
  const { lastUpgrade } = record;
  const age = Date.now() - (lastUpgrade?.at.getTime() ?? 0);
  if (lastUpgrade?.from !== to || age > rollbackMilliseconds) throw badStep(record, to);
  refuseNodes(record, to, (minor) => minor > minorNumber(to));
}
