import type { CreateFlowLogsRequest } from "@aws-sdk/client-ec2";
import type { FlowLogArgs, FlowLogState } from "@pulumi/aws/ec2/index.js";
import { awsResource } from "../resource.ts";
import { toAws } from "../shapes.ts";
import { ec2Tagging, tagSpecifications } from "../tags.ts";
import { ec2Live } from "./live.ts";

const same = ["logDestination", "logDestinationType", "logFormat", "maxAggregationInterval", "trafficType"];

export const flowLog = awsResource<FlowLogArgs, FlowLogState>({
  noun: "EC2 Flow Log",
  properties: {
    vpcId: [],
    subnetId: [],
    iamRoleArn: [],
    logDestination: [],
    logDestinationType: [],
    logFormat: ["kept"],
    maxAggregationInterval: [],
    trafficType: [],
  },
  outputs: ["arn"],
  tagging: ec2Tagging,

  create: async (operation, inputs) => {
    const { vpcId, subnetId } = inputs;
    const request = {
      ...toAws(inputs, same),
      ResourceType: vpcId ? "VPC" : "Subnet",
      ResourceIds: [vpcId ?? subnetId],
      DeliverLogsPermissionArn: inputs.iamRoleArn,
      TagSpecifications: tagSpecifications("vpc-flow-log", inputs.tagsAll),
    } as CreateFlowLogsRequest;
    const roleUnknown = /Unable to assume given IAM role|does not exist/;
    const { FlowLogIds, Unsuccessful } = await operation.retry("the flow log's role", 2, roleUnknown, () =>
      operation.aws.ec2.createFlowLogs(request),
    );
    const refused = Unsuccessful?.[0]?.Error;
    if (refused) throw new Error(`${refused.Code ?? ""}: ${refused.Message ?? ""}`);
    return FlowLogIds?.[0] ?? "";
  },

  read: async ({ aws }, id) => {
    const { FlowLogs } = await aws.ec2.describeFlowLogs({ FlowLogIds: [id] });
    const live = ec2Live(aws, "vpc-flow-log", id, FlowLogs?.[0], same);
    return live && { ...live, iamRoleArn: FlowLogs?.[0]?.DeliverLogsPermissionArn };
  },

  delete: ({ aws }, id) => aws.ec2.deleteFlowLogs({ FlowLogIds: [id] }),
});
