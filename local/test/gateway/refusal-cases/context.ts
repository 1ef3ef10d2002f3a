/** The cases of the refusals, rule by rule: what they have in common. */
import * as elb from "@aws-sdk/client-elastic-load-balancing-v2";
import * as iam from "@aws-sdk/client-iam";
import * as kms from "@aws-sdk/client-kms";
import type { Network } from "../network.ts";
import type { Clients } from "../platform.ts";

export const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "eks.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
export const permissions = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }],
});

/** What a case works with. */
export interface Context {
  readonly aws: Clients;
  /** A VPC with two subnets that the cases share and leave in place. */
  readonly network: Network;
  /** A name that no other case has. */
  readonly name: () => string;
}

/** By the name of the rule: asks for what must be refused, and often also for what must not. */
export type Cases = Readonly<Record<string, (context: Context) => Promise<void>>>;

export const dependencies = (kind: string, id: string): [string, number, string] => [
  "DependencyViolation",
  400,
  `The ${kind} '${id}' has dependencies and cannot be deleted.`,
];

export async function createRole({ aws, name }: Context): Promise<string> {
  const role = name();
  await aws.iam.send(new iam.CreateRoleCommand({ RoleName: role, AssumeRolePolicyDocument: trust }));
  return role;
}

export async function createPolicy({ aws, name }: Context): Promise<string> {
  const input = { PolicyName: name(), PolicyDocument: permissions };
  return (await aws.iam.send(new iam.CreatePolicyCommand(input))).Policy?.Arn ?? "";
}

export async function createKey({ aws }: Context): Promise<{ KeyId: string; Arn: string }> {
  const { KeyMetadata: key } = await aws.kms.send(new kms.CreateKeyCommand({}));
  return { KeyId: key?.KeyId ?? "", Arn: key?.Arn ?? "" };
}

export async function createBalancer({ aws, network, name }: Context): Promise<string> {
  const input = { Name: name(), Subnets: [...network.subnets] };
  const { LoadBalancers: made } = await aws.elb.send(new elb.CreateLoadBalancerCommand(input));
  return made?.[0]?.LoadBalancerArn ?? "";
}
