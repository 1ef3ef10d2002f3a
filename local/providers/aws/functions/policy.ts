import type { FunctionHandler } from "../../plumbing/stand-in.ts";
import type { Aws } from "../configuration.ts";
import { found } from "../faults.ts";
import { tagMap } from "../tags.ts";

/** By ARN alone: the search by name is not used here. */
export const getPolicy: FunctionHandler<Aws> = async ({ configuration: { iam } }, args) => {
  const PolicyArn = args["arn"];
  if (typeof PolicyArn !== "string") throw new Error("this stand-in finds a policy by its arn alone.");
  const answer = await found(iam.getPolicy({ PolicyArn }));
  const policy = answer?.Policy;
  // The official provider's words (internal/service/iam/policy_data_source.go).
  if (!policy) throw new Error(`reading IAM Policy (${PolicyArn}): couldn't find resource`);
  const { PolicyVersion } = await iam.getPolicyVersion({
    PolicyArn,
    VersionId: policy.DefaultVersionId ?? "",
  });
  return {
    id: PolicyArn,
    arn: PolicyArn,
    name: policy.PolicyName,
    path: policy.Path,
    policyId: policy.PolicyId,
    description: policy.Description ?? "",
    attachmentCount: policy.AttachmentCount ?? 0,
    policy: decodeURIComponent(PolicyVersion?.Document ?? ""),
    tags: tagMap(policy.Tags),
  };
};
