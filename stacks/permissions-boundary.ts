import * as aws from "@pulumi/aws";
import { UserError } from "../src/errors.ts";
import { boundaryArn, permissionsBoundary } from "../src/permissions-boundary.ts";
import { providerReason } from "./provider-reason.ts";

/**
 * The ARN of the permissions boundary of every role of the stack; undefined where the setting is `none`.
 *
 * AWS refuses a role whose boundary does not exist, which an `up` would find out half way: so it is asked for here,
 * before anything is made.
 *
 * @throws {UserError} if the policy is not in the account, and if AWS does not answer.
 */
export async function resolvePermissionsBoundary(
  setting: string,
  provider: aws.Provider,
): Promise<string | undefined> {
  if (setting === permissionsBoundary.none) return undefined;
  try {
    const [{ partition }, { accountId }] = await Promise.all([
      aws.getPartition({}, { provider }),
      aws.getCallerIdentity({}, { provider }),
    ]);
    const arn = boundaryArn(setting, { partition, id: accountId });
    if (arn !== undefined) await findPolicy(arn, setting, provider);
    return arn;
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError({
      what: `permissionsBoundary: ${setting} cannot be looked up in AWS, because ${providerReason(error)}`,
      remedy:
        "Check the credentials and their permissions (docs/aws.md): aws sts get-caller-identity. Without a boundary: pulumi config set permissionsBoundary none",
    });
  }
}

async function findPolicy(arn: string, setting: string, provider: aws.Provider): Promise<void> {
  try {
    await aws.iam.getPolicy({ arn }, { provider });
  } catch (error) {
    // terraform-provider-aws, internal/service/iam/policy_data_source.go, and IAM's own code.
    if (!/couldn't find resource|NoSuchEntity/.test(providerReason(error))) throw error;
    throw new UserError({
      what: `permissionsBoundary: the policy ${arn} does not exist, and AWS makes no role with a boundary that is not there.`,
      remedy:
        setting === permissionsBoundary.defaultName
          ? `aws iam create-policy --policy-name ${setting} --policy-document file://docs/aws-boundary.json (or, for roles without a boundary: pulumi config set permissionsBoundary none)`
          : `Make it, or take another: pulumi config set permissionsBoundary ${permissionsBoundary.defaultName}`,
    });
  }
}
