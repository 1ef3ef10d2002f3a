import type * as eks from "@pulumi/eks";
import { UserError } from "../src/errors.ts";

/** IAM principals that an access entry can name: users and roles. The ARN of a role's session is refused by EKS. */
const principal = /^arn:(?<partition>aws[a-z-]*):iam::(?<account>\d{12}):(?<resource>(?:user|role)\/.+)$/;

/**
 * The access entries that make `principalArns` administrators of the whole cluster, for `eks.Cluster`, which
 * names each entry after its key. The key is made of the principal alone, so that a list in another order
 * changes nothing.
 *
 * Whoever creates the cluster is its administrator already: `@pulumi/eks` always asks for that, and EKS
 * refuses a second entry for the same principal.
 *
 * @throws {UserError} if an ARN is not that of an IAM user or role.
 */
export function administratorEntries(
  principalArns: readonly string[],
): Record<string, eks.types.input.AccessEntryArgs> {
  return Object.fromEntries(
    principalArns.map((principalArn) => {
      const { partition, account, resource } = parsePrincipal(principalArn);
      const policyArn = `arn:${partition}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy`;
      return [
        `${account}/${resource}`,
        { principalArn, accessPolicies: { admin: { policyArn, accessScope: { type: "cluster" } } } },
      ];
    }),
  );
}

function parsePrincipal(arn: string): { partition: string; account: string; resource: string } {
  const { partition, account, resource } = principal.exec(arn)?.groups ?? {};
  if (partition === undefined || account === undefined || resource === undefined) {
    throw new UserError({
      what: `administrator ${JSON.stringify(arn)}: access entries of EKS take the ARN of an IAM user or role.`,
      remedy: "Write arn:aws:iam::<account>:role/<name>, also for a role that people reach through SSO.",
    });
  }
  return { partition, account, resource };
}
