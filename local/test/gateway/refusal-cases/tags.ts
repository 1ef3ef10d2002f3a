/** Tags, service by service. */
import * as logs from "@aws-sdk/client-cloudwatch-logs";
import * as ec2 from "@aws-sdk/client-ec2";
import * as elb from "@aws-sdk/client-elastic-load-balancing-v2";
import * as iam from "@aws-sdk/client-iam";
import * as kms from "@aws-sdk/client-kms";
import { refused } from "../platform.ts";
import { createBalancer, createKey, createRole, type Cases } from "./context.ts";

const manyTags = (count: number, prefix = "key"): { Key: string; Value: string }[] =>
  Array.from({ length: count }, (_, index) => ({ Key: `${prefix}${index}`, Value: "" }));
const badTags = {
  "a key of 129 characters": { Key: "k".repeat(129), Value: "" },
  "a value of 257 characters": { Key: "key", Value: "v".repeat(257) },
  "the reserved prefix": { Key: "aws:key", Value: "" },
};

export const tagCases: Cases = {
  "Tags of ec2": async ({ aws, network }) => {
    for (const tag of Object.values(badTags)) {
      const tags = { Resources: [network.vpc], Tags: [tag] };
      await refused(aws.ec2.send(new ec2.CreateTagsCommand(tags)), "InvalidParameterValue", 400);
      const vpc = {
        CidrBlock: "10.8.0.0/16",
        TagSpecifications: [{ ResourceType: "vpc" as const, Tags: [tag] }],
      };
      await refused(aws.ec2.send(new ec2.CreateVpcCommand(vpc)), "InvalidParameterValue", 400);
    }
  },
  "Tags of elasticloadbalancing": async (context) => {
    const { aws, network, name } = context;
    const balancer = { Name: name(), Subnets: [...network.subnets], Tags: manyTags(51) };
    await refused(aws.elb.send(new elb.CreateLoadBalancerCommand(balancer)), "TooManyTags", 400);
    const arn = await createBalancer(context);
    for (const tag of Object.values(badTags)) {
      const tags = { ResourceArns: [arn], Tags: [tag] };
      await refused(aws.elb.send(new elb.AddTagsCommand(tags)), "ValidationError", 400);
    }
  },
  "Tags of iam": async (context) => {
    const { aws } = context;
    const role = { RoleName: await createRole(context) };
    const tag = (tags: { Key: string; Value: string }[]): Promise<unknown> =>
      aws.iam.send(new iam.TagRoleCommand({ ...role, Tags: tags }));
    await tag(manyTags(30, "first"));
    await refused(tag(manyTags(21, "second")), "LimitExceeded", 409);
    await refused(tag([badTags["a key of 129 characters"]]), "ValidationError", 400);
    await refused(tag([badTags["a value of 257 characters"]]), "ValidationError", 400);
    await refused(tag([badTags["the reserved prefix"]]), "InvalidInput", 400);
  },
  "Tags of kms": async (context) => {
    const { aws } = context;
    const { KeyId } = await createKey(context);
    const tag = (tags: { Key: string; Value: string }[]): Promise<unknown> => {
      const list = tags.map(({ Key: key, Value: value }) => ({ TagKey: key, TagValue: value }));
      return aws.kms.send(new kms.TagResourceCommand({ KeyId, Tags: list }));
    };
    await tag(manyTags(30, "first"));
    await refused(tag(manyTags(21, "second")), "LimitExceededException", 400);
    for (const bad of Object.values(badTags)) await refused(tag([bad]), "TagException", 400);
  },
  "Tags of logs": async ({ aws, name }) => {
    const create = (tags: { Key: string; Value: string }[]): Promise<unknown> =>
      aws.logs.send(
        new logs.CreateLogGroupCommand({
          logGroupName: name(),
          tags: Object.fromEntries(tags.map(({ Key: key, Value: value }) => [key, value])),
        }),
      );
    await refused(create(manyTags(51)), "TooManyTagsException", 400);
    for (const bad of Object.values(badTags)) {
      await refused(create([bad]), "InvalidParameterException", 400);
    }
  },
};
