/** The stack's EKS cluster and what hangs on it. */
import * as eks from "@aws-sdk/client-eks";
import { clientSettings } from "./client-settings.ts";
import { whileThere } from "../aws/gone.ts";
import type { CensusFinding, CensusScope } from "./scope.ts";

export async function eksFindings(scope: CensusScope): Promise<CensusFinding[]> {
  const client = new eks.EKSClient(clientSettings(scope));
  const { clusterName } = scope;
  try {
    const found = await whileThere(client.send(new eks.DescribeClusterCommand({ name: clusterName })));
    if (!found) return [];
    const because = `belongs to cluster ${clusterName}`;
    return [
      { type: "eks:cluster", id: found.cluster?.arn ?? clusterName, because: "has the stack's cluster name" },
      ...(await nodeGroups(client, clusterName)).map((id) => ({ type: "eks:nodegroup", id, because })),
      ...(await addons(client, clusterName)).map((id) => ({ type: "eks:addon", id, because })),
    ];
  } finally {
    client.destroy();
  }
}

async function nodeGroups(client: eks.EKSClient, clusterName: string): Promise<string[]> {
  const listed = await whileThere(client.send(new eks.ListNodegroupsCommand({ clusterName })));
  const arns = (listed?.nodegroups ?? []).map(async (nodegroupName) => {
    const asked = client.send(new eks.DescribeNodegroupCommand({ clusterName, nodegroupName }));
    return (await whileThere(asked))?.nodegroup?.nodegroupArn ?? [];
  });
  return (await Promise.all(arns)).flat();
}

async function addons(client: eks.EKSClient, clusterName: string): Promise<string[]> {
  const listed = await whileThere(client.send(new eks.ListAddonsCommand({ clusterName })));
  const arns = (listed?.addons ?? []).map(async (addonName) => {
    const asked = client.send(new eks.DescribeAddonCommand({ clusterName, addonName }));
    return (await whileThere(asked))?.addon?.addonArn ?? [];
  });
  return (await Promise.all(arns)).flat();
}
