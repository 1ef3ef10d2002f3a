/** Launch templates of Karpenter. Those of node groups are the engine's and EKS's own. */
import * as ec2 from "@aws-sdk/client-ec2";
import { tagsOf } from "../../../census/scope.ts";
import { isGone } from "../../aws/refusals.ts";
import { ready, type Found, type SweepKind, type SweepScope } from "../kind.ts";
import { collect } from "../look.ts";
import { madeByCluster } from "../made-by-cluster.ts";

/** Only Karpenter sets it. */
const karpentersTag = "karpenter.k8s.aws/cluster";

export const launchTemplates: SweepKind = {
  type: "ec2:launch-template",
  noun: "launch template",
  plural: "launch templates",
  inVpc: false,
  find: async ({ aws: { ec2: client }, scope }) => {
    const Filters = [{ Name: `tag:${karpentersTag}`, Values: [scope.clusterName] }];
    const pages = ec2.paginateDescribeLaunchTemplates({ client }, { Filters });
    return asFound(scope, await collect(pages, (page) => page.LaunchTemplates));
  },
  again: async ({ ec2: client }, scope, id) => {
    try {
      const command = new ec2.DescribeLaunchTemplatesCommand({ LaunchTemplateIds: [id] });
      return asFound(scope, (await client.send(command)).LaunchTemplates ?? [])[0];
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  },
  delete: async ({ ec2: client }, _scope, LaunchTemplateId) => {
    await client.send(new ec2.DeleteLaunchTemplateCommand({ LaunchTemplateId }));
  },
};

function asFound(scope: SweepScope, found: readonly ec2.LaunchTemplate[]): Found[] {
  return found.flatMap(({ LaunchTemplateId: id = "", Tags }) => {
    const tags = tagsOf(Tags);
    const because = madeByCluster(scope, tags);
    if (because === undefined || tags[karpentersTag] !== scope.clusterName) return [];
    return [{ kind: launchTemplates, id, because, readiness: ready }];
  });
}
