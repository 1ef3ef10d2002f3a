/** Load balancers and target groups of a stack: of both generations of the API. */
import * as classic from "@aws-sdk/client-elastic-load-balancing";
import * as v2 from "@aws-sdk/client-elastic-load-balancing-v2";
import { clientSettings } from "./client-settings.ts";
import { accountOf } from "../aws/arn.ts";
import { classicTags, v2Tags, type TagsById } from "../aws/balancer-tags.ts";
import { ownedBecause, type CensusScope, type ShownFinding } from "./scope.ts";

interface Candidate {
  readonly type: string;
  readonly id: string;
  readonly vpcId: string | undefined;
}

export async function loadBalancerFindings(scope: CensusScope): Promise<ShownFinding[]> {
  return [...(await v2Findings(scope)), ...(await classicFindings(scope))];
}

async function v2Findings(scope: CensusScope): Promise<ShownFinding[]> {
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
    const arns = all.map(({ id }) => id);
    return owned(scope, all, await v2Tags(client, arns));
  } finally {
    client.destroy();
  }
}

async function classicFindings(scope: CensusScope): Promise<ShownFinding[]> {
  const client = new classic.ElasticLoadBalancingClient(clientSettings(scope));
  try {
    const all: Candidate[] = [];
    for await (const page of classic.paginateDescribeLoadBalancers({ client }, {})) {
      for (const { LoadBalancerName: id = "", VPCId: vpcId } of page.LoadBalancerDescriptions ?? []) {
        all.push({ type: "elasticloadbalancing:classic", id, vpcId });
      }
    }
    const names = all.map(({ id }) => id);
    return owned(scope, all, await classicTags(client, names));
  } finally {
    client.destroy();
  }
}

/** What has no answer for its tags is gone since it was listed. */
function owned(scope: CensusScope, all: readonly Candidate[], tagged: TagsById): ShownFinding[] {
  return all.flatMap(({ type, id, vpcId }) => {
    const tags = tagged.get(id);
    if (tags === undefined) return [];
    const inside = vpcId !== undefined && scope.vpcIds.includes(vpcId) ? `inside ${vpcId}` : undefined;
    const because = ownedBecause(scope, tags) ?? inside;
    if (because === undefined) return [];
    return [{ type, id, because, shown: { type, id, tags, vpcId, account: accountOf(id) } }];
  });
}
