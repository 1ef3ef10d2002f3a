/** IAM roles as EKS looks at them: do they exist, may the service assume them, has that spread yet. */
import * as iam from "@aws-sdk/client-iam";
import { z } from "zod";
import type { EksContext } from "./context.ts";
import { minutes } from "./durations.ts";
import { invalidParameter } from "./faults.ts";

const oneOrMore = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const statement = z.object({
  Effect: z.string(),
  Action: oneOrMore,
  Principal: z.union([z.string(), z.object({ Service: oneOrMore.optional() })]).optional(),
});
const trustPolicy = z.object({
  Statement: z.union([statement.transform((one) => [one]), z.array(statement)]),
});
const mayAssume = /^(sts:(AssumeRole|\*)|\*)$/;

interface Role {
  /** Service principals that may assume the role. */
  readonly services: readonly string[];
  /** Milliseconds since it was made. */
  readonly age: number;
}

const roleName = (arn: string): string => arn.split("/").at(-1) ?? arn;

/** What `ask` answers; undefined where IAM knows no such role. */
async function ifThere<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (cause) {
    if (cause instanceof iam.NoSuchEntityException) return undefined;
    throw cause;
  }
}

async function readRole({ account }: EksContext, arn: string): Promise<Role | undefined> {
  const answer = await ifThere(() => account.iam.send(new iam.GetRoleCommand({ RoleName: roleName(arn) })));
  if (answer?.Role?.Arn !== arn) return undefined;
  const policy: unknown = JSON.parse(decodeURIComponent(answer.Role.AssumeRolePolicyDocument ?? "{}"));
  const statements = trustPolicy.safeParse(policy).data?.Statement ?? [];
  return {
    services: statements
      .filter(({ Effect, Action }) => Effect === "Allow" && Action.some((action) => mayAssume.test(action)))
      .flatMap(({ Principal }) => (typeof Principal === "object" ? (Principal.Service ?? []) : [])),
    age: Date.now() - (answer.Role.CreateDate?.getTime() ?? 0),
  };
}

/**
 * CreateCluster's check of `roleArn`. A new role is invisible at first, then half known: Terraform's provider
 * retries all three of these messages.
 */
export async function checkClusterRole(eks: EksContext, arn: string): Promise<void> {
  const role = await readRole(eks, arn);
  const propagation = eks.clock.milliseconds(minutes.rolePropagation);
  if (!role || role.age < propagation / 2) throw invalidParameter(`roleArn, ${arn}, does not exist`);
  if (role.age < propagation) throw invalidParameter("Error in role params");
  if (!role.services.includes("eks.amazonaws.com")) {
    throw invalidParameter("Role could not be assumed because the trusted entity is not correct");
  }
}

/** CreateNodegroup's check of `nodeRole`. */
export async function checkNodeRole(eks: EksContext, arn: string): Promise<void> {
  const role = await readRole(eks, arn);
  if (!role) throw invalidParameter(`The role with name ${roleName(arn)} cannot be found.`);
  if (!role.services.includes("ec2.amazonaws.com")) {
    throw invalidParameter(
      `Following required service principals [ec2.amazonaws.com] were not found in the trust relationships of nodeRole ${arn}`,
    );
  }
}

/** The check of a pod identity association's role. */
export async function checkPodRole(eks: EksContext, arn: string): Promise<void> {
  const role = await readRole(eks, arn);
  if (!role) throw invalidParameter(`Role provided in the request does not exist: ${arn}`);
  if (!role.services.includes("pods.eks.amazonaws.com")) {
    throw invalidParameter(`Trust policy of role ${arn} does not allow pods.eks.amazonaws.com to assume it`);
  }
}

/** Names of the role's policies, managed and inline; none where there is no such role. */
export async function rolePolicies({ account }: EksContext, arn: string): Promise<string[]> {
  const RoleName = roleName(arn);
  const answers = await ifThere(() =>
    Promise.all([
      account.iam.send(new iam.ListAttachedRolePoliciesCommand({ RoleName })),
      account.iam.send(new iam.ListRolePoliciesCommand({ RoleName })),
    ]),
  );
  const [attached, inline] = answers ?? [];
  return [
    ...(attached?.AttachedPolicies ?? []).map((policy) => policy.PolicyName ?? ""),
    ...(inline?.PolicyNames ?? []),
  ];
}
