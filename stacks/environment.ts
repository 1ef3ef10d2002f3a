/** Composes an environment of its components. What is made, and in which order, is the same for every class. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { resolveAddonVersions } from "../components/addon-versions.ts";
import { CoreAddons } from "../components/addons.ts";
import { Cluster } from "../components/cluster.ts";
import { Network } from "../components/network.ts";
import { NodeGroup } from "../components/node-group.ts";
import { NodeRole } from "../components/node-role.ts";
import type { EnvironmentPlan } from "../src/environment-plan.ts";
import type { EnvironmentClass } from "./environment-class.ts";
import { prepareGitops, sandboxBranch } from "./gitops-sources.ts";
import { deliverGitops, fluxControllers } from "./gitops.ts";
import { environmentOutputs } from "./outputs.ts";
import { resolvePermissionsBoundary } from "./permissions-boundary.ts";
import { clusterDrain, cloudSweep, ledger } from "./teardown.ts";
import { pickZones } from "./zones.ts";

export async function environment(
  plan: EnvironmentPlan,
  environmentClass: EnvironmentClass,
): Promise<pulumi.Inputs> {
  const { names, settings, tags } = plan;
  // The ambient region and tags are never used: the plan alone says where things are and whose they are.
  const provider = new aws.Provider(names.provider, { region: settings.region, defaultTags: { tags } });
  const zones =
    typeof plan.availabilityZones === "number"
      ? await pickZones(settings.region, plan.availabilityZones, provider)
      : plan.availabilityZones;
  const permissionsBoundary = await resolvePermissionsBoundary(settings.permissionsBoundary, provider);
  const sources = await prepareGitops(plan, provider);
  const last = ledger(plan, sources);
  // Of a stack that failed at any point, the ledger is still there to ask what is left of it.
  const inAws = { provider, dependsOn: [last] };
  const versions = resolveAddonVersions(plan.kubernetesVersion, plan.addonVersions, { provider });

  const branch = sandboxBranch(names.sandboxBranch, sources?.clone, { dependsOn: [last] });
  const network = new Network(
    names.network,
    {
      region: settings.region,
      cidr: settings.cidr,
      zones,
      natGateways: environmentClass.natGateways,
      flowLogs: environmentClass.flowLogs && {
        ...environmentClass.flowLogs,
        permissionsBoundary,
        deletionProtection: !settings.allowDestroy,
      },
    },
    inAws,
  );
  const sweep = cloudSweep(plan, network);
  const cluster = new Cluster(
    names.cluster,
    {
      clusterName: names.cluster,
      kubernetesVersion: plan.kubernetesVersion,
      network,
      serviceCidr: settings.serviceCidr,
      publicEndpointCidrs: settings.endpoint.public ? settings.endpoint.allowedCidrs : [],
      administrators: settings.administrators,
      controlPlaneLogs: settings.controlPlaneLogs,
      secretsEncryption: settings.encryptSecrets
        ? { keyDeletionWindowDays: environmentClass.keyDeletionWindowDays }
        : undefined,
      deletionProtection: !settings.allowDestroy,
      permissionsBoundary,
      after: [sweep, ...(branch === undefined ? [] : [branch])],
    },
    inAws,
  );
  const { clusterName } = cluster;

  const addonsBeforeNodes = new CoreAddons(
    names.addonsBeforeNodes,
    { clusterName, place: { stage: "before-nodes" }, versions, tags, permissionsBoundary },
    inAws,
  );
  const role = new NodeRole(names.nodeRole, { permissionsBoundary }, inAws);
  const nodeGroups = plan.nodeGroups.map(
    (group) =>
      new NodeGroup(
        names.nodeGroup(group.name),
        {
          ...group,
          clusterName,
          network,
          role,
          addonsBeforeNodes,
          tags,
        },
        inAws,
      ),
  );
  const addonsAfterNodes = new CoreAddons(
    names.addonsAfterNodes,
    { clusterName, place: { stage: "after-nodes", nodeGroups }, versions, tags, permissionsBoundary },
    inAws,
  );

  const running = [...nodeGroups, addonsAfterNodes];
  const controllers = sources && fluxControllers(names, sources, cluster, running);
  const drain = clusterDrain(plan, {
    cluster,
    sources,
    after: [...running, ...(controllers === undefined ? [] : [controllers])],
  });
  const gitops = sources && deliverGitops(names, { sources, cluster, branch, drain });

  return {
    ...environmentOutputs(plan, zones, { network, cluster, role, addonsBeforeNodes, addonsAfterNodes }),
    ...gitops,
  };
}
