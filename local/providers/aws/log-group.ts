import type { LogGroupArgs, LogGroupState } from "@pulumi/aws/cloudwatch/index.js";
import type { CreateLogGroupCommandInput } from "@aws-sdk/client-cloudwatch-logs";
import { awsResource } from "./resource.ts";
import { logsTagging } from "./tags.ts";

export const logGroup = awsResource<LogGroupArgs, LogGroupState>({
  noun: "CloudWatch Logs Log Group",
  properties: {
    name: ["replaces"],
    retentionInDays: [],
    kmsKeyId: [],
    logGroupClass: ["replaces", "kept"],
    skipDestroy: [],
  },
  outputs: ["arn"],
  autoName: { property: "name", maxLength: 512 },
  tagging: logsTagging,

  create: async ({ aws: { logs } }, inputs) => {
    const logGroupName = inputs.name ?? "";
    await logs.createLogGroup({
      logGroupName,
      kmsKeyId: inputs.kmsKeyId,
      logGroupClass: inputs.logGroupClass as CreateLogGroupCommandInput["logGroupClass"],
      ...(inputs.tagsAll && { tags: { ...inputs.tagsAll } }),
    });
    // 0 means for ever, as a new group keeps its events.
    if (inputs.retentionInDays) {
      await logs.putRetentionPolicy({ logGroupName, retentionInDays: inputs.retentionInDays });
    }
    return logGroupName;
  },

  read: async ({ aws: { logs } }, id) => {
    const { logGroups } = await logs.describeLogGroups({ logGroupNamePrefix: id });
    const found = logGroups?.find(({ logGroupName }) => logGroupName === id);
    if (!found) return undefined;
    const arn = (found.arn ?? "").replace(/:\*$/, "");
    const { tags } = await logs.listTagsForResource({ resourceArn: arn });
    return {
      arn,
      name: id,
      retentionInDays: found.retentionInDays ?? 0,
      kmsKeyId: found.kmsKeyId,
      logGroupClass: found.logGroupClass ?? "STANDARD",
      ...(tags && { tags }),
    };
  },

  update: async ({ aws: { logs } }, logGroupName, news, { has }) => {
    if (has("retentionInDays")) {
      await (news.retentionInDays
        ? logs.putRetentionPolicy({ logGroupName, retentionInDays: news.retentionInDays })
        : logs.deleteRetentionPolicy({ logGroupName }));
    }
    if (has("kmsKeyId")) {
      await (news.kmsKeyId
        ? logs.associateKmsKey({ logGroupName, kmsKeyId: news.kmsKeyId })
        : logs.disassociateKmsKey({ logGroupName }));
    }
  },

  delete: async ({ aws }, id, { skipDestroy }) => {
    if (!skipDestroy) await aws.logs.deleteLogGroup({ logGroupName: id });
  },
});
