/** The local AWS account as a scenario plants things in it and looks at it: the SDK's clients, and the gateway's faults. */
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeVpcsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { EKSClient } from "@aws-sdk/client-eks";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { accountObjects } from "../../local/cli/baseline.ts";
import type { ApiCall } from "../../local/gateway/call-log.ts";
import type { InjectedFault } from "../../local/gateway/injected-faults.ts";
import type { CensusEntry } from "../../local/gateway/types.ts";
import type { PlatformInfo } from "../../local/platform/info.ts";
import { clusterTags } from "../../src/aws/ownership.ts";

export class SandboxAccount {
  readonly ec2: EC2Client;
  readonly eks: EKSClient;
  readonly balancers: ElasticLoadBalancingV2Client;
  readonly logs: CloudWatchLogsClient;
  readonly #info: PlatformInfo;

  constructor(info: PlatformInfo, region: string) {
    const { accessKeyId, secretAccessKey, gatewayUrl: endpoint } = info;
    const options = { endpoint, region, credentials: { accessKeyId, secretAccessKey } };
    this.#info = info;
    this.ec2 = new EC2Client(options);
    this.eks = new EKSClient(options);
    this.balancers = new ElasticLoadBalancingV2Client(options);
    this.logs = new CloudWatchLogsClient(options);
  }

  /** Everything that is there, of whoever, without what AWS lists and has deleted. */
  async objects(): Promise<CensusEntry[]> {
    return (await accountObjects(this.#info)).filter(({ status }) => status !== "gone");
  }

  /** What carries a tag of the cluster's: its own, and what controllers in it have made. */
  async madeFor(cluster: string, type: string): Promise<CensusEntry[]> {
    const marks = clusterTags(cluster);
    return (await this.objects()).filter(
      (entry) => entry.type === type && marks.some(([key, value]) => entry.tags[key] === value),
    );
  }

  /** What shows by its name, its tags or its VPC that it belongs to a sandbox, and not to one beside it. */
  async belongingTo(name: string, vpcId: string): Promise<CensusEntry[]> {
    return (await this.objects()).filter(
      (entry) => entry.vpcId === vpcId || sandboxesNamedIn(entry).includes(name),
    );
  }

  /** Puts these faults in the place of all that were there. */
  async inject(...faults: readonly InjectedFault[]): Promise<void> {
    await this.#post("faults", faults);
  }

  /** Lets keys expire, or restores them; all of the account's if none is named. */
  async expireKeys(expired: boolean, accessKeyId?: string): Promise<void> {
    await this.#post("credentials", { expired, ...(accessKeyId !== undefined && { accessKeyId }) });
  }

  /** @throws AWS's refusal of these credentials, without another try. */
  async calledOnce(): Promise<void> {
    await this.ec2.send(new DescribeVpcsCommand({}));
  }

  /** The calls of the account's API after the one with this number. */
  async calls(since = 0): Promise<readonly ApiCall[]> {
    const response = await fetch(new URL(`/_local/log?since=${since}`, this.#info.gatewayUrl));
    return (await response.json()) as ApiCall[];
  }

  async #post(path: string, value: unknown): Promise<void> {
    const response = await fetch(new URL(`/_local/${path}`, this.#info.gatewayUrl), {
      method: "POST",
      body: JSON.stringify(value),
    });
    if (!response.ok) throw new Error(`/_local/${path}: ${response.status} ${await response.text()}`);
  }
}

/** Names of sandboxes of this suite, in whatever an object says of itself. */
export function sandboxesNamedIn({ id, tags }: Pick<CensusEntry, "id" | "tags">): string[] {
  const said = [id, ...Object.entries(tags).flat()].join(" ");
  return said.match(/sandbox-f\d+(?:-(?:plain|published))?(?!\d)/g) ?? [];
}
