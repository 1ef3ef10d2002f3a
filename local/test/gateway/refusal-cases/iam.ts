/** IAM. */
import assert from "node:assert/strict";
import * as iam from "@aws-sdk/client-iam";
import { refused, region } from "../platform.ts";
import { createPolicy, createRole, permissions, trust, type Cases } from "./context.ts";

export const iamCases: Cases = {
  "a permissions boundary that does not exist": async (context) => {
    const { aws, name } = context;
    const missing = "arn:aws:iam::123456789012:policy/not-there";
    const refusal = `Scope ARN: ${missing} does not exist or is not attachable.`;
    const role = { RoleName: name(), AssumeRolePolicyDocument: trust };
    const make = aws.iam.send(new iam.CreateRoleCommand({ ...role, PermissionsBoundary: missing }));
    await refused(make, "NoSuchEntity", 404, refusal);

    const { RoleName, PermissionsBoundary } = {
      RoleName: await createRole(context),
      PermissionsBoundary: await createPolicy(context),
    };
    const put = (boundary: string): Promise<unknown> =>
      aws.iam.send(new iam.PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: boundary }));
    await refused(put(missing), "NoSuchEntity", 404, refusal);
    await put(PermissionsBoundary);
    const { Role } = await aws.iam.send(new iam.GetRoleCommand({ RoleName }));
    assert.equal(Role?.PermissionsBoundary?.PermissionsBoundaryArn, PermissionsBoundary);
  },
  "DeletePolicy that is attached": async (context) => {
    const { aws } = context;
    const [role, policy] = [await createRole(context), await createPolicy(context)];
    const attachment = { RoleName: role, PolicyArn: policy };
    await aws.iam.send(new iam.AttachRolePolicyCommand(attachment));
    const remove = (): Promise<unknown> => aws.iam.send(new iam.DeletePolicyCommand({ PolicyArn: policy }));
    await refused(remove(), "DeleteConflict", 409, "Cannot delete a policy attached to entities.");
    await aws.iam.send(new iam.DetachRolePolicyCommand(attachment));
    await remove();
  },
  "DeletePolicy with more than one version": async (context) => {
    const { aws } = context;
    const policy = { PolicyArn: await createPolicy(context) };
    const version = { ...policy, PolicyDocument: permissions };
    const { PolicyVersion: made } = await aws.iam.send(new iam.CreatePolicyVersionCommand(version));
    const remove = (): Promise<unknown> => aws.iam.send(new iam.DeletePolicyCommand(policy));
    await refused(remove(), "DeleteConflict", 409);
    await aws.iam.send(new iam.DeletePolicyVersionCommand({ ...policy, VersionId: made?.VersionId }));
    await remove();
  },
  "CreateOpenIDConnectProvider twice": async ({ aws, name }) => {
    const url = `https://oidc.eks.${region}.amazonaws.com/id/${name()}`;
    const provider = { Url: url, ClientIDList: ["sts.amazonaws.com"], ThumbprintList: ["a".repeat(40)] };
    await aws.iam.send(new iam.CreateOpenIDConnectProviderCommand(provider));
    const refusal = aws.iam.send(new iam.CreateOpenIDConnectProviderCommand(provider));
    await refused(refusal, "EntityAlreadyExists", 409, `Provider with url ${url} already exists.`);
  },
};
