/** Sessions of IAM roles: what they may do ends with their role's policies. Which actions a policy allows is not evaluated. */
import {
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  NoSuchEntityException,
} from "@aws-sdk/client-iam";
import type { MotoClients } from "./account.ts";
import type { Caller } from "./types.ts";

/** Whether the caller is no session of a role, or the role is there and has a policy. */
export async function roleAllows({ iam }: MotoClients, { role }: Caller): Promise<boolean> {
  if (role === undefined) return true;
  try {
    const [attached, inline] = await Promise.all([
      iam.send(new ListAttachedRolePoliciesCommand({ RoleName: role })),
      iam.send(new ListRolePoliciesCommand({ RoleName: role })),
    ]);
    return (attached.AttachedPolicies ?? []).length + (inline.PolicyNames ?? []).length > 0;
  } catch (error) {
    if (error instanceof NoSuchEntityException) return false;
    throw error;
  }
}
