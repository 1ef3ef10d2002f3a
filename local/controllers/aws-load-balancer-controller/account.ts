/** The part of the AWS account that the controller works in: its VPC, subnets and nodes, and what carries its tags. */
import * as ec2 from "@aws-sdk/client-ec2";
import * as elb from "@aws-sdk/client-elastic-load-balancing-v2";
import type { V1Node } from "@kubernetes/client-node";
import type { Stack, StackId } from "./stack.ts";

const clusterTag = "elbv2.k8s.aws/cluster";
/** Most ARNs that one DescribeTags takes. */
const tagBatch = 20;

export type Tags = Readonly<Record<string, string>>;

export const tagList = (tags: Tags): { Key: string; Value: string }[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

export interface NodePlace {
  readonly instanceId: string;
  readonly vpcId: string;
  /** The one group that rules for load balancers are put into. */
  readonly securityGroup: string;
}

export class Account {
  readonly ec2 = new ec2.EC2Client();
  readonly elb = new elb.ElasticLoadBalancingV2Client();
  readonly cluster: string;
  readonly #nodes: () => readonly V1Node[];
  readonly #places = new Map<string, NodePlace>();

  constructor(cluster: string, nodes: () => readonly V1Node[]) {
    this.cluster = cluster;
    this.#nodes = nodes;
  }

  /** The tags that everything of a stack carries. */
  tags({ owner, id }: StackId, resource?: string): Tags {
    return {
      [clusterTag]: this.cluster,
      [`${owner}/stack`]: id,
      ...(resource !== undefined && { [`${owner}/resource`]: resource }),
    };
  }

  /** Where the nodes of the cluster are; the controller knows its VPC from its own node's metadata. */
  async places(): Promise<NodePlace[]> {
    const places = await Promise.all(this.#nodes().map((node) => this.#place(node)));
    return places.filter((place) => place !== undefined);
  }

  async vpc(): Promise<string> {
    const [place] = await this.places();
    if (place) return place.vpcId;
    throw new Error("the cluster has no node whose VPC could be asked for");
  }

  async #place(node: V1Node): Promise<NodePlace | undefined> {
    const instanceId = node.spec?.providerID?.split("/").at(-1) ?? "";
    const known = this.#places.get(instanceId);
    if (known) return known;
    const { Reservations } = await this.ec2.send(
      new ec2.DescribeInstancesCommand({ Filters: [{ Name: "instance-id", Values: [instanceId] }] }),
    );
    const instance = Reservations?.[0]?.Instances?.[0];
    if (!instance) return undefined;
    const ids = (instance.SecurityGroups ?? []).map(({ GroupId = "" }) => GroupId);
    // Of several groups it takes the one that the cluster owns.
    const securityGroup = ids.length === 1 ? ids[0] : await this.#owned(ids);
    if (securityGroup === undefined) {
      throw new Error(
        `expected exactly one securityGroup tagged with kubernetes.io/cluster/${this.cluster} for ${instanceId}`,
      );
    }
    const place = { instanceId, vpcId: instance.VpcId ?? "", securityGroup };
    this.#places.set(instanceId, place);
    return place;
  }

  async #owned(ids: readonly string[]): Promise<string | undefined> {
    const { SecurityGroups } = await this.ec2.send(
      new ec2.DescribeSecurityGroupsCommand({
        GroupIds: [...ids],
        Filters: [{ Name: "tag-key", Values: [`kubernetes.io/cluster/${this.cluster}`] }],
      }),
    );
    return SecurityGroups?.length === 1 ? SecurityGroups[0]?.GroupId : undefined;
  }

  /** One subnet a zone that is tagged for the scheme. */
  async subnets(scheme: Stack["scheme"]): Promise<string[]> {
    const tag = scheme === "internal" ? "kubernetes.io/role/internal-elb" : "kubernetes.io/role/elb";
    const { Subnets } = await this.ec2.send(
      new ec2.DescribeSubnetsCommand({
        Filters: [
          { Name: "vpc-id", Values: [await this.vpc()] },
          { Name: "tag-key", Values: [tag] },
        ],
      }),
    );
    const byZone = new Map(Subnets?.map(({ AvailabilityZone, SubnetId }) => [AvailabilityZone, SubnetId]));
    if (byZone.size === 0) {
      throw new Error(`couldn't auto-discover subnets: unable to resolve at least one subnet tagged ${tag}`);
    }
    return [...byZone.values()].map(String);
  }

  async securityGroups(tags: Tags): Promise<ec2.SecurityGroup[]> {
    const Filters = Object.entries(tags).map(([key, value]) => ({ Name: `tag:${key}`, Values: [value] }));
    const { SecurityGroups } = await this.ec2.send(new ec2.DescribeSecurityGroupsCommand({ Filters }));
    return SecurityGroups ?? [];
  }

  async createSecurityGroup(name: string, description: string, tags: Tags): Promise<string> {
    const { GroupId } = await this.ec2.send(
      new ec2.CreateSecurityGroupCommand({
        GroupName: name,
        Description: description,
        VpcId: await this.vpc(),
        TagSpecifications: [{ ResourceType: "security-group", Tags: tagList(tags) }],
      }),
    );
    return GroupId ?? "";
  }

  async loadBalancers(tags: Tags): Promise<elb.LoadBalancer[]> {
    const { LoadBalancers } = await this.elb.send(new elb.DescribeLoadBalancersCommand());
    return this.#tagged(LoadBalancers ?? [], ({ LoadBalancerArn }) => LoadBalancerArn, tags);
  }

  async targetGroups(tags: Tags): Promise<elb.TargetGroup[]> {
    const { TargetGroups } = await this.elb.send(new elb.DescribeTargetGroupsCommand());
    return this.#tagged(TargetGroups ?? [], ({ TargetGroupArn }) => TargetGroupArn, tags);
  }

  async #tagged<T>(all: readonly T[], arnOf: (item: T) => string | undefined, tags: Tags): Promise<T[]> {
    const found: T[] = [];
    for (let start = 0; start < all.length; start += tagBatch) {
      const batch = all.slice(start, start + tagBatch);
      const { TagDescriptions } = await this.elb.send(
        new elb.DescribeTagsCommand({ ResourceArns: batch.map((item) => arnOf(item) ?? "") }),
      );
      const carries = (arn: string | undefined): boolean => {
        const own = TagDescriptions?.find(({ ResourceArn }) => ResourceArn === arn)?.Tags;
        return tagList(tags).every(({ Key, Value }) =>
          own?.some((tag) => tag.Key === Key && tag.Value === Value),
        );
      };
      found.push(...batch.filter((item) => carries(arnOf(item))));
    }
    return found;
  }
}
