/** One look at the account: each list is asked for once, however many kinds read it. */
import * as ec2 from "@aws-sdk/client-ec2";
import * as classic from "@aws-sdk/client-elastic-load-balancing";
import * as v2 from "@aws-sdk/client-elastic-load-balancing-v2";
import type { AwsClients } from "../aws/clients.ts";
import type { SweepScope } from "./kind.ts";

export class Look {
  readonly aws: AwsClients;
  readonly scope: SweepScope;
  readonly #asked = new Map<string, Promise<unknown>>();

  constructor(aws: AwsClients, scope: SweepScope) {
    this.aws = aws;
    this.scope = scope;
  }

  /** All of the VPC, whoever made them. */
  interfaces(): Promise<readonly ec2.NetworkInterface[]> {
    return this.#once("interfaces", () =>
      collect(
        ec2.paginateDescribeNetworkInterfaces({ client: this.aws.ec2 }, { Filters: this.#inVpc() }),
        (page) => page.NetworkInterfaces,
      ),
    );
  }

  /** All of the VPC, whoever made them. */
  securityGroups(): Promise<readonly ec2.SecurityGroup[]> {
    return this.#once("groups", () =>
      collect(
        ec2.paginateDescribeSecurityGroups({ client: this.aws.ec2 }, { Filters: this.#inVpc() }),
        (page) => page.SecurityGroups,
      ),
    );
  }

  /** All of the VPC, whoever made them. */
  loadBalancers(): Promise<readonly v2.LoadBalancer[]> {
    return this.#once("v2", async () => {
      const client = this.aws.loadBalancing;
      const all = await collect(
        v2.paginateDescribeLoadBalancers({ client }, {}),
        (page) => page.LoadBalancers,
      );
      return all.filter(({ VpcId }) => VpcId === this.scope.vpcId);
    });
  }

  /** All of the VPC, whoever made them. */
  classicLoadBalancers(): Promise<readonly classic.LoadBalancerDescription[]> {
    return this.#once("classic", async () => {
      const client = this.aws.classicLoadBalancing;
      const all = await collect(
        classic.paginateDescribeLoadBalancers({ client }, {}),
        (page) => page.LoadBalancerDescriptions,
      );
      return all.filter(({ VPCId }) => VPCId === this.scope.vpcId);
    });
  }

  #once<T>(name: string, ask: () => Promise<T>): Promise<T> {
    const asked = (this.#asked.get(name) as Promise<T> | undefined) ?? ask();
    this.#asked.set(name, asked);
    return asked;
  }

  #inVpc(): ec2.Filter[] {
    return [{ Name: "vpc-id", Values: [this.scope.vpcId] }];
  }
}

export async function collect<Page, Item>(
  pages: AsyncIterable<Page>,
  items: (page: Page) => readonly Item[] | undefined,
): Promise<Item[]> {
  const all: Item[] = [];
  for await (const page of pages) all.push(...(items(page) ?? []));
  return all;
}
