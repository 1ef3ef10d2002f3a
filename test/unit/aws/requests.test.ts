/** How many questions a destroy asks AWS where nothing is left: few, because other teams share the account's limits. */
import assert from "node:assert/strict";
import { EC2Client } from "@aws-sdk/client-ec2";
import { withAws, type AwsClients } from "../../../src/aws/clients.ts";
import { countInAws } from "../../../src/aws/count.ts";
import { sweptKinds } from "../../../src/aws/kinds.ts";
import { AccountView } from "../../../src/aws/view.ts";

const scope = {
  clusterName: "sandbox-a",
  stackTag: { key: "sdlc:stack", value: "kubernetes-sdlc/sandbox-a" },
  rolePrefix: "sandbox-a",
  logGroupPrefixes: ["/aws/vpc/sandbox-a"],
};

const services = [
  "ec2",
  "loadBalancing",
  "classicLoadBalancing",
  "logs",
  "eks",
  "iam",
  "kms",
  "sts",
] as const;

/** An account that holds nothing: the names of what it is asked, in order. */
async function asked(work: (aws: AwsClients) => Promise<unknown>): Promise<string[]> {
  const calls: string[] = [];
  await withAws("eu-west-1", new AbortController().signal, async (aws) => {
    for (const service of services) {
      (aws[service] as EC2Client).middlewareStack.add(
        (_next, { commandName = "" }) =>
          () => {
            calls.push(commandName.replace(/Command$/, ""));
            if (commandName === "DescribeClusterCommand") {
              return Promise.reject(
                Object.assign(new Error("No cluster found"), { name: "ResourceNotFoundException" }),
              );
            }
            return Promise.resolve({ output: { $metadata: {} }, response: {} });
          },
        { step: "initialize", priority: "low" },
      );
    }
    await work(aws);
  });
  return calls.sort();
}

describe("what a destroy asks AWS where nothing is left", () => {
  it("is one question for each list of the count, whatever the number of kinds and tags", async () => {
    assert.deepEqual(await asked((aws) => countInAws(aws, { ...scope, vpcIds: [] })), [
      "DescribeCluster",
      "DescribeLoadBalancers",
      "DescribeLoadBalancers",
      "DescribeLogGroups",
      "DescribeLogGroups",
      "DescribeLogGroups",
      "DescribeTags",
      "DescribeTargetGroups",
      "ListKeys",
      "ListOpenIDConnectProviders",
      "ListRoles",
    ]);
  });

  it("is one question for each list of a sweep's round", async () => {
    const round = async (aws: AwsClients): Promise<void> => {
      const view = new AccountView(aws, { ...scope, logGroupPrefixes: [], vpcIds: ["vpc-1"] });
      await Promise.all(sweptKinds.map((kind) => kind.find(view)));
    };
    assert.deepEqual(await asked(round), [
      "DescribeInstances",
      "DescribeLoadBalancers",
      "DescribeLoadBalancers",
      "DescribeLogGroups",
      "DescribeLogGroups",
      "DescribeNetworkInterfaces",
      "DescribeSecurityGroups",
      "DescribeTags",
      "DescribeTargetGroups",
    ]);
  });
});
