/** IAM roles and OpenID Connect providers. The sweep touches neither: the engine made them, and deletes them. */
import * as iam from "@aws-sdk/client-iam";
import type { AwsKind, Counted } from "../kind.ts";
import { ownedBecause, tagsOf } from "../ownership.ts";
import { collect } from "../paging.ts";
import { whileThere } from "../refusals.ts";

/**
 * Roles are listed without their tags; those whose name starts as the stack's names do are asked for theirs, which decide:
 * `sandbox-a` is also how `sandbox-a-b` starts.
 */
export const roles: AwsKind = {
  type: "iam:role",
  noun: "IAM role",
  plural: "IAM roles",
  found: "the beginning of its name, and its tags",
  count: async ({ aws: { iam: client }, scope }) => {
    const { rolePrefix } = scope;
    if (rolePrefix === undefined) return [];
    const found: Counted[] = [];
    for (const { RoleName: id = "" } of await collect(
      iam.paginateListRoles({ client }, {}),
      (page) => page.Roles,
    )) {
      if (!id.startsWith(rolePrefix)) continue;
      const tags = await whileThere(client.send(new iam.ListRoleTagsCommand({ RoleName: id })));
      const because = tags && ownedBecause(scope, tagsOf(tags.Tags));
      if (because !== undefined) found.push({ type: "iam:role", id, because });
    }
    return found;
  },
};

export const oidcProviders: AwsKind = {
  type: "iam:oidc-provider",
  noun: "OpenID Connect provider",
  plural: "OpenID Connect providers",
  found: "its tags",
  count: async ({ aws: { iam: client }, scope }) => {
    const listed = await client.send(new iam.ListOpenIDConnectProvidersCommand({}));
    const found: Counted[] = [];
    for (const { Arn: id = "" } of listed.OpenIDConnectProviderList ?? []) {
      const command = new iam.GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: id });
      const provider = await whileThere(client.send(command));
      const because = provider && ownedBecause(scope, tagsOf(provider.Tags));
      if (because !== undefined) found.push({ type: "iam:oidc-provider", id, because });
    }
    return found;
  },
};
