import { GetPolicyCommand, ListPolicyVersionsCommand, NoSuchEntityException } from "@aws-sdk/client-iam";
import { AwsFault } from "../types.ts";
import { refusalsOf, type Call, type Refusal, type Rewording } from "./types.ts";

const conflict = (message: string): AwsFault => new AwsFault("DeleteConflict", 409, message);

async function policy(call: Call): Promise<{ attachments: number; versions: number }> {
  const input = { PolicyArn: call.form.get("PolicyArn") ?? "" };
  try {
    const [{ Policy: found }, { Versions: versions }] = await Promise.all([
      call.aws.iam.send(new GetPolicyCommand(input)),
      call.aws.iam.send(new ListPolicyVersionsCommand(input)),
    ]);
    return { attachments: found?.AttachmentCount ?? 0, versions: versions?.length ?? 0 };
  } catch (error) {
    if (error instanceof NoSuchEntityException) return { attachments: 0, versions: 0 };
    throw error;
  }
}

/** As IAM words it: a boundary is a managed policy that exists, of the account or of AWS. */
const noBoundary = (arn: string): AwsFault =>
  new AwsFault("NoSuchEntity", 404, `Scope ARN: ${arn} does not exist or is not attachable.`);

const refusal = refusalsOf("iam");

export const iamRefusals: readonly Refusal[] = [
  refusal(
    "a permissions boundary that does not exist",
    ["CreateRole", "PutRolePermissionsBoundary"],
    async ({ form, aws }) => {
      const PolicyArn = form.get("PermissionsBoundary");
      if (PolicyArn === null) return undefined;
      try {
        await aws.iam.send(new GetPolicyCommand({ PolicyArn }));
        return undefined;
      } catch (error) {
        if (error instanceof NoSuchEntityException) return noBoundary(PolicyArn);
        throw error;
      }
    },
  ),
  refusal("DeletePolicy that is attached", ["DeletePolicy"], async (call) =>
    (await policy(call)).attachments > 0
      ? conflict("Cannot delete a policy attached to entities.")
      : undefined,
  ),
  refusal("DeletePolicy with more than one version", ["DeletePolicy"], async (call) =>
    (await policy(call)).versions > 1
      ? conflict(
          "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
        )
      : undefined,
  ),
];

export const iamRewordings: readonly Rewording[] = [
  {
    rule: "CreateOpenIDConnectProvider twice",
    service: "iam",
    action: "CreateOpenIDConnectProvider",
    code: "EntityAlreadyExists",
    message: ({ form }) => `Provider with url ${form.get("Url") ?? ""} already exists.`,
  },
];
