/** Who the bearer of an EKS token is in one cluster: the API server's authentication webhook. */
import type { KubernetesIdentity } from "../kubernetes/types.ts";
import { policyGroups } from "./access-policies.ts";
import type { EksContext } from "./context.ts";
import { fillSession, isPrincipal } from "./principals.ts";

const tokenPrefix = "k8s-aws-v1.";

/**
 * Maps a token through the cluster's access entries. Undefined, which refuses it, for a token that is malformed,
 * badly signed, made for another cluster (`x-k8s-aws-id` is part of what is signed), or whose caller has no entry.
 */
export async function authenticate(
  eks: EksContext,
  clusterName: string,
  token: string,
): Promise<KubernetesIdentity | undefined> {
  const record = eks.clusters.get(clusterName);
  if (!record || !token.startsWith(tokenPrefix)) return undefined;
  const url = Buffer.from(token.slice(tokenPrefix.length), "base64url").toString();
  const caller = await eks.verifyIdentityUrl(url, { "x-k8s-aws-id": clusterName });
  if (!caller) return undefined;
  if (record.cluster.accessConfig.authenticationMode === "CONFIG_MAP") {
    // The aws-auth ConfigMap is not read: in this mode nobody but the cluster's creator gets in.
    return isPrincipal(caller.arn, record.creator)
      ? { username: "kubernetes-admin", groups: ["system:masters"] }
      : undefined;
  }
  const found = [...record.accessEntries.values()].find(({ entry }) =>
    isPrincipal(caller.arn, entry.principalArn),
  );
  if (!found) return undefined;
  return {
    username: fillSession(found.entry.username, caller.arn),
    groups: [...found.entry.kubernetesGroups, ...policyGroups(found)],
  };
}
