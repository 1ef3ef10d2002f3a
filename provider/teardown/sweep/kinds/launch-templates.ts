/** Launch templates of Karpenter. Those of node groups are the engine's and EKS's own. */
import * as ec2 from "@aws-sdk/client-ec2";
import { whileThere } from "../../../aws/gone.ts";
import { tagsOf } from "../../../census/scope.ts";
import { ready, type Found, type SweepKind, type SweepScope } from "../kind.ts";
import { collect } from "../look.ts";
import { madeByCluster } from "../made-by-cluster.ts";

/** Only Karpenter sets it. */
const karpentersTag = "karpenter.k8s.aws/cluster";

const type = "ec2:launch-template";

export const launchTemplates: SweepKind = {
  type,
  noun: "launch template",
  plural: "launch templates",
  inVpc: false,
  find: async ({ aws: { ec2: client }, scope }) => {
    const Filters = [{ Name: `tag:${karpentersTag}`, Values: [scope.clusterName] }];
    const pages = ec2.paginateDescribeLaunchTemplates({ client }, { Filters });
    return asFound(scope, await collect(pages, (page) => page.LaunchTemplates));
  },
  again: async ({ ec2: client }, scope, id) => {
    const command = new ec2.DescribeLaunchTemplatesCommand({ LaunchTemplateIds: [id] });
    return asFound(scope, (await whileThere(client.send(command)))?.LaunchTemplates ?? [])[0];
  },
  deletion: (LaunchTemplateId) => ({
    service: "ec2",
    command: new ec2.DeleteLaunchTemplateCommand({ LaunchTemplateId }),
  }),
};

function asFound(scope: SweepScope, found: readonly ec2.LaunchTemplate[]): Found[] {
  return found.flatMap(({ LaunchTemplateId: id = "", CreateTime, Tags }) => {
    const tags = tagsOf(Tags);
    const because = madeByCluster(scope, tags);
    if (because === undefined || tags[karpentersTag] !== scope.clusterName) return [];
    const shown = { type, id, tags, madeAt: CreateTime?.getTime() };
    return [{ kind: launchTemplates, id, because, readiness: ready, shown }];
  });
}
