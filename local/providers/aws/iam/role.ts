import type { CreateRoleRequest } from "@aws-sdk/client-iam";
import type { RoleArgs as SdkRoleArgs, RoleState } from "@pulumi/aws/iam/index.js";
import type { Aws } from "../configuration.ts";
import { found } from "../faults.ts";
import { awsResource } from "../resource.ts";
import { fromAws, toAws } from "../shapes.ts";
import { roleTagging, tagList, tagMap } from "../tags.ts";

/** The SDK also takes the policy as an object, which the check writes as JSON. */
type RoleArgs = Omit<SdkRoleArgs, "assumeRolePolicy"> & { assumeRolePolicy: string };

const sameNames = ["description", "path", "maxSessionDuration"];

async function attachedPolicies({ iam }: Aws, RoleName: string): Promise<string[]> {
  const { AttachedPolicies } = await iam.listAttachedRolePolicies({ RoleName });
  return (AttachedPolicies ?? []).map(({ PolicyArn }) => PolicyArn ?? "");
}

async function detach({ iam }: Aws, RoleName: string, policies: readonly string[]): Promise<void> {
  for (const PolicyArn of policies) await found(iam.detachRolePolicy({ RoleName, PolicyArn }));
}

export const role = awsResource<RoleArgs, RoleState>({
  noun: "IAM Role",
  properties: {
    name: ["replaces"],
    path: ["replaces"],
    assumeRolePolicy: ["required", "document"],
    description: [],
    maxSessionDuration: [],
    permissionsBoundary: [],
    // Policies may also come from attachments, so an absent list leaves them alone.
    managedPolicyArns: ["set", "kept"],
    forceDetachPolicies: [],
  },
  outputs: ["arn", "createDate", "uniqueId"],
  autoName: { property: "name", maxLength: 64 },
  tagging: roleTagging,
  global: true,

  create: async (operation, inputs) => {
    const { iam } = operation.aws;
    const { name: RoleName = "", assumeRolePolicy: AssumeRolePolicyDocument } = inputs;
    const request = {
      ...toAws(inputs, [...sameNames, "permissionsBoundary"]),
      RoleName,
      AssumeRolePolicyDocument,
      Tags: tagList(inputs.tagsAll),
    } as CreateRoleRequest;
    // A principal that was just created is not known everywhere at once.
    const unknown = /MalformedPolicyDocument.*Invalid principal in policy/;
    await operation.retry(`the principals of role ${RoleName}`, 2, unknown, () => iam.createRole(request));
    for (const PolicyArn of inputs.managedPolicyArns ?? []) {
      await iam.attachRolePolicy({ RoleName, PolicyArn });
    }
    return RoleName;
  },

  read: async ({ aws }, RoleName) => {
    const { Role } = await aws.iam.getRole({ RoleName });
    return (
      Role && {
        ...fromAws(Role, [...sameNames, "arn"]),
        name: Role.RoleName,
        description: Role.Description ?? "",
        assumeRolePolicy: decodeURIComponent(Role.AssumeRolePolicyDocument ?? ""),
        createDate: Role.CreateDate?.toISOString(),
        permissionsBoundary: Role.PermissionsBoundary?.PermissionsBoundaryArn,
        managedPolicyArns: await attachedPolicies(aws, RoleName),
        uniqueId: Role.RoleId,
        tags: tagMap(Role.Tags),
      }
    );
  },

  update: async ({ aws }, RoleName, news, { has }) => {
    const { iam } = aws;
    const { managedPolicyArns: wanted, permissionsBoundary: PermissionsBoundary } = news;
    if (has("assumeRolePolicy")) {
      await iam.updateAssumeRolePolicy({ RoleName, PolicyDocument: news.assumeRolePolicy });
    }
    if (has("description", "maxSessionDuration")) {
      const MaxSessionDuration = news.maxSessionDuration ?? 3600;
      await iam.updateRole({ RoleName, Description: news.description ?? "", MaxSessionDuration });
    }
    if (has("permissionsBoundary")) {
      await (PermissionsBoundary
        ? iam.putRolePermissionsBoundary({ RoleName, PermissionsBoundary })
        : iam.deleteRolePermissionsBoundary({ RoleName }));
    }
    if (has("managedPolicyArns") && wanted) {
      const attached = await attachedPolicies(aws, RoleName);
      await detach(
        aws,
        RoleName,
        attached.filter((arn) => !wanted.includes(arn)),
      );
      for (const PolicyArn of wanted) await iam.attachRolePolicy({ RoleName, PolicyArn });
    }
  },

  delete: async (operation, RoleName, { forceDetachPolicies, managedPolicyArns }) => {
    const { aws } = operation;
    if (forceDetachPolicies) {
      const { PolicyNames } = await aws.iam.listRolePolicies({ RoleName });
      for (const PolicyName of PolicyNames ?? []) {
        await found(aws.iam.deleteRolePolicy({ RoleName, PolicyName }));
      }
      await detach(aws, RoleName, await attachedPolicies(aws, RoleName));
    }
    await detach(aws, RoleName, managedPolicyArns ?? []);
    await operation.retry(`role ${RoleName} to be deleted`, 2, /DeleteConflict/, () =>
      aws.iam.deleteRole({ RoleName }),
    );
  },
});
