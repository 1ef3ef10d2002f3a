/** What a role may do: managed policies attached to it, and policies inside it. */
import type {
  RolePolicyArgs as SdkRolePolicyArgs,
  RolePolicyAttachmentArgs as SdkRolePolicyAttachmentArgs,
  RolePolicyAttachmentState,
  RolePolicyState,
} from "@pulumi/aws/iam/index.js";
import { awsResource } from "../resource.ts";
import { splitId } from "../shapes.ts";

/** The SDK also takes a Role, which arrives here as its name, and a policy as an object, which the check writes as JSON. */
type RolePolicyArgs = Omit<SdkRolePolicyArgs, "role" | "policy"> & { role: string; policy: string };
type RolePolicyAttachmentArgs = Omit<SdkRolePolicyAttachmentArgs, "role"> & { role: string };

export const rolePolicyAttachment = awsResource<RolePolicyAttachmentArgs, RolePolicyAttachmentState>({
  noun: "IAM Role Policy Attachment",
  properties: { role: ["required"], policyArn: ["required"] },
  global: true,

  create: async (operation, { role, policyArn }) => {
    await operation.aws.iam.attachRolePolicy({ RoleName: role, PolicyArn: policyArn });
    return `${role}/${policyArn}`;
  },

  read: async ({ aws }, id) => {
    const [role, policyArn] = splitId(id, "/");
    const { AttachedPolicies } = await aws.iam.listAttachedRolePolicies({ RoleName: role });
    return AttachedPolicies?.some(({ PolicyArn }) => PolicyArn === policyArn)
      ? { role, policyArn }
      : undefined;
  },

  delete: ({ aws }, _id, { role, policyArn }) =>
    aws.iam.detachRolePolicy({ RoleName: role, PolicyArn: policyArn }),
});

export const rolePolicy = awsResource<RolePolicyArgs, RolePolicyState>({
  noun: "IAM Role Policy",
  properties: { name: ["replaces"], role: ["required", "replaces"], policy: ["required", "document"] },
  autoName: { property: "name", maxLength: 128 },
  global: true,

  create: async ({ aws }, { name = "", role, policy }) => {
    await aws.iam.putRolePolicy({ RoleName: role, PolicyName: name, PolicyDocument: policy });
    return `${role}:${name}`;
  },

  read: async ({ aws }, id) => {
    const [role, name] = splitId(id, ":");
    const { PolicyDocument } = await aws.iam.getRolePolicy({ RoleName: role, PolicyName: name });
    return { role, name, policy: decodeURIComponent(PolicyDocument ?? "") };
  },

  update: async ({ aws }, _id, { name = "", role, policy }) => {
    await aws.iam.putRolePolicy({ RoleName: role, PolicyName: name, PolicyDocument: policy });
  },

  delete: ({ aws }, _id, { name, role }) =>
    aws.iam.deleteRolePolicy({ RoleName: role, PolicyName: name ?? "" }),
});
