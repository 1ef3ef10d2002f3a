/** IAM roles and OpenID Connect providers of a stack. */
import * as iam from "@aws-sdk/client-iam";
import { clientSettings } from "./client-settings.ts";
import { whileThere } from "../aws/gone.ts";
import { ownedBecause, tagsOf, type CensusFinding, type CensusScope } from "./scope.ts";

/**
 * Roles are listed without their tags; those whose name starts as the stack's names do are asked for theirs,
 * which decide: `sandbox-a` is also how `sandbox-a-b` starts.
 */
export async function iamFindings(scope: CensusScope, namePrefix: string): Promise<CensusFinding[]> {
  const client = new iam.IAMClient(clientSettings(scope));
  try {
    return [...(await roles(client, scope, namePrefix)), ...(await oidcProviders(client, scope))];
  } finally {
    client.destroy();
  }
}

async function roles(
  client: iam.IAMClient,
  scope: CensusScope,
  namePrefix: string,
): Promise<CensusFinding[]> {
  const found: CensusFinding[] = [];
  for await (const page of iam.paginateListRoles({ client }, {})) {
    for (const { RoleName: id = "" } of page.Roles ?? []) {
      if (!id.startsWith(namePrefix)) continue;
      const tags = await whileThere(client.send(new iam.ListRoleTagsCommand({ RoleName: id })));
      const because = tags && ownedBecause(scope, tagsOf(tags.Tags));
      if (because !== undefined) found.push({ type: "iam:role", id, because });
    }
  }
  return found;
}

async function oidcProviders(client: iam.IAMClient, scope: CensusScope): Promise<CensusFinding[]> {
  const { OpenIDConnectProviderList = [] } = await client.send(new iam.ListOpenIDConnectProvidersCommand({}));
  const found: CensusFinding[] = [];
  for (const { Arn: id = "" } of OpenIDConnectProviderList) {
    const command = new iam.GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: id });
    const provider = await whileThere(client.send(command));
    const because = provider && ownedBecause(scope, tagsOf(provider.Tags));
    if (because !== undefined) found.push({ type: "iam:oidc-provider", id, because });
  }
  return found;
}
