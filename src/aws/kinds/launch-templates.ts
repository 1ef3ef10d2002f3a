/** Launch templates. A sweep takes Karpenter's alone: those of node groups are the engine's and EKS's own. */
import * as ec2 from "@aws-sdk/client-ec2";
import { sweptEc2Kind } from "../ec2-kind.ts";
import { ready } from "../kind.ts";
import { tagsOf } from "../ownership.ts";
import { collect } from "../paging.ts";

/** Only Karpenter sets it. */
const karpentersTag = "karpenter.k8s.aws/cluster";

const list = (client: ec2.EC2Client, input: ec2.DescribeLaunchTemplatesCommandInput) =>
  collect(ec2.paginateDescribeLaunchTemplates({ client }, input), (page) => page.LaunchTemplates);

export const launchTemplates = sweptEc2Kind<ec2.LaunchTemplate>(
  {
    type: "ec2:launch-template",
    noun: "launch template",
    plural: "launch templates",
    prefix: "lt-",
    list: (client, Filters) => list(client, { Filters }),
    listIds: (client, LaunchTemplateIds) => list(client, { LaunchTemplateIds }),
    thing: ({ LaunchTemplateId: id, CreateTime, Tags }) => ({
      id,
      tags: tagsOf(Tags),
      madeAt: CreateTime?.getTime(),
    }),
  },
  {
    accepts: (_raw, { tags }, { clusterName }) => tags[karpentersTag] === clusterName,
    readiness: () => ready,
    deletion: (LaunchTemplateId) => ({
      service: "ec2",
      command: new ec2.DeleteLaunchTemplateCommand({ LaunchTemplateId }),
    }),
    commandToShow: (id) => `aws ec2 describe-launch-templates --launch-template-ids ${id}`,
  },
);
