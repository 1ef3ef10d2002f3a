/** EKS clusters, with the node groups and add-ons that hang on them. */
import * as eks from "@aws-sdk/client-eks";
import type { AwsClients } from "../clients.ts";
import type { AwsKind, Counted } from "../kind.ts";
import { whileThere } from "../refusals.ts";
import type { AccountView } from "../view.ts";

export interface FoundCluster {
  readonly arn: string;
  readonly endpoint: string;
  readonly status: string;
  readonly vpcId: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** Undefined only if EKS itself says that there is none. */
export async function findCluster(
  { eks: client }: Pick<AwsClients, "eks">,
  name: string,
): Promise<FoundCluster | undefined> {
  const found = await whileThere(client.send(new eks.DescribeClusterCommand({ name })));
  if (found === undefined) return undefined;
  const { arn = "", endpoint = "", status = "", resourcesVpcConfig, tags = {} } = found.cluster ?? {};
  return { arn, endpoint, status, vpcId: resourcesVpcConfig?.vpcId ?? "", tags };
}

const clusterOf = (view: AccountView): Promise<FoundCluster | undefined> =>
  view.once("cluster", () => findCluster(view.aws, view.scope.clusterName));

/** What hangs on the cluster, by its ARN. Without the cluster there is none, and nothing is asked. */
function ofCluster(
  type: string,
  noun: string,
  list: (client: eks.EKSClient, clusterName: string) => Promise<readonly string[]>,
  arnOf: (client: eks.EKSClient, clusterName: string, name: string) => Promise<string | undefined>,
): AwsKind {
  const count = async (view: AccountView): Promise<Counted[]> => {
    const { clusterName } = view.scope;
    const client = view.aws.eks;
    if ((await clusterOf(view)) === undefined) return [];
    const because = `belongs to cluster ${clusterName}`;
    const names = await list(client, clusterName);
    const arns = await Promise.all(names.map((name) => arnOf(client, clusterName, name)));
    return arns.filter((id) => id !== undefined).map((id) => ({ type, id, because }));
  };
  return { type, noun, plural: `${noun}s`, found: "its cluster", count };
}

export const clusterKinds: readonly AwsKind[] = [
  {
    type: "eks:cluster",
    noun: "cluster",
    plural: "clusters",
    found: "its name",
    count: async (view: AccountView): Promise<Counted[]> => {
      const found = await clusterOf(view);
      if (found === undefined) return [];
      const id = found.arn === "" ? view.scope.clusterName : found.arn;
      return [{ type: "eks:cluster", id, because: "has the stack's cluster name" }];
    },
  },
  ofCluster(
    "eks:nodegroup",
    "node group",
    async (client, clusterName) =>
      (await whileThere(client.send(new eks.ListNodegroupsCommand({ clusterName }))))?.nodegroups ?? [],
    async (client, clusterName, nodegroupName) => {
      const asked = client.send(new eks.DescribeNodegroupCommand({ clusterName, nodegroupName }));
      return (await whileThere(asked))?.nodegroup?.nodegroupArn;
    },
  ),
  ofCluster(
    "eks:addon",
    "add-on",
    async (client, clusterName) =>
      (await whileThere(client.send(new eks.ListAddonsCommand({ clusterName }))))?.addons ?? [],
    async (client, clusterName, addonName) => {
      const asked = client.send(new eks.DescribeAddonCommand({ clusterName, addonName }));
      return (await whileThere(asked))?.addon?.addonArn;
    },
  ),
];
