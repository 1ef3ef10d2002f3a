/** Load balancers and target groups of a stack: of both generations of the API. */
import * as classic from "@aws-sdk/client-elastic-load-balancing";
import * as v2 from "@aws-sdk/client-elastic-load-balancing-v2";
import { clientSettings } from "./client-settings.ts";
import { ownedBecause, tagsOf, type CensusFinding, type CensusScope } from "./scope.ts";

/** Most objects that one DescribeTags call of either API takes. */
const tagBatch = 20;

interface Candidate {
  readonly type: string;
  readonly id: string;
  readonly vpcId: string | undefined;
}

export async function loadBalancerFindings(scope: CensusScope): Promise<CensusFinding[]> {
  return [...(await v2Findings(scope)), ...(await classicFindings(scope))];
}

async function v2Findings(scope: CensusScope): Promise<CensusFinding[]> {
  const client = new v2.ElasticLoadBalancingV2Client(clientSettings(scope));
  try {
    const all: Candidate[] = [];
    for await (const page of v2.paginateDescribeLoadBalancers({ client }, {})) {
      for (const { LoadBalancerArn: id = "", VpcId: vpcId } of page.LoadBalancers ?? []) {
        all.push({ type: "elasticloadbalancing:loadbalancer", id, vpcId });
      }
    }
    for await (const page of v2.paginateDescribeTargetGroups({ client }, {})) {
      for (const { TargetGroupArn: id = "", VpcId: vpcId } of page.TargetGroups ?? []) {
        all.push({ type: "elasticloadbalancing:targetgroup", id, vpcId });
      }
    }
    return await owned(scope, all, async (ResourceArns) => {
      const { TagDescriptions = [] } = await client.send(new v2.DescribeTagsCommand({ ResourceArns }));
      return TagDescriptions.map(({ ResourceArn = "", Tags }) => [ResourceArn, tagsOf(Tags)]);
    });
  } finally {
    client.destroy();
  }
}

async function classicFindings(scope: CensusScope): Promise<CensusFinding[]> {
  const client = new classic.ElasticLoadBalancingClient(clientSettings(scope));
  try {
    const all: Candidate[] = [];
    for await (const page of classic.paginateDescribeLoadBalancers({ client }, {})) {
      for (const { LoadBalancerName: id = "", VPCId: vpcId } of page.LoadBalancerDescriptions ?? []) {
        all.push({ type: "elasticloadbalancing:classic", id, vpcId });
      }
    }
    return await owned(scope, all, async (LoadBalancerNames) => {
      const { TagDescriptions = [] } = await client.send(
        new classic.DescribeTagsCommand({ LoadBalancerNames }),
      );
      return TagDescriptions.map(({ LoadBalancerName = "", Tags }) => [LoadBalancerName, tagsOf(Tags)]);
    });
  } finally {
    client.destroy();
  }
}

async function owned(
  scope: CensusScope,
  all: readonly Candidate[],
  readTags: (ids: string[]) => Promise<(readonly [string, Record<string, string>])[]>,
): Promise<CensusFinding[]> {
  const tags = new Map<string, Record<string, string>>();
  for (let start = 0; start < all.length; start += tagBatch) {
    const ids = all.slice(start, start + tagBatch).map(({ id }) => id);
    for (const [id, found] of await readTags(ids)) tags.set(id, found);
  }
  return all.flatMap(({ type, id, vpcId }) => {
    const inside = vpcId !== undefined && scope.vpcIds.includes(vpcId) ? `inside ${vpcId}` : undefined;
    const because = ownedBecause(scope, tags.get(id) ?? {}) ?? inside;
    return because === undefined ? [] : [{ type, id, because }];
  });
}
