/** The AWS account as the emulator holds it: clients that ask it directly, past the gateway's refusals. */
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { CreateNetworkInterfaceCommand, EC2Client, type Tag } from "@aws-sdk/client-ec2";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { IAMClient } from "@aws-sdk/client-iam";
import { KMSClient } from "@aws-sdk/client-kms";

export const accountId = "123456789012";

export interface MotoClients {
  readonly url: string;
  readonly region: string;
  readonly ec2: EC2Client;
  readonly loadBalancing: ElasticLoadBalancingV2Client;
  readonly iam: IAMClient;
  readonly kms: KMSClient;
  readonly logs: CloudWatchLogsClient;
}

const made = new Map<string, MotoClients>();

/** Clients for one region; the same ones every time, so that their connections are used again. */
export function motoClients(url: string, region: string): MotoClients {
  const key = `${url} ${region}`;
  const known = made.get(key);
  if (known) return known;
  const config = {
    endpoint: url,
    region,
    // moto does not verify signatures; these say that the platform itself is asking.
    credentials: { accessKeyId: "platform", secretAccessKey: "platform" },
    maxAttempts: 1,
  };
  const clients: MotoClients = {
    url,
    region,
    ec2: new EC2Client(config),
    loadBalancing: new ElasticLoadBalancingV2Client(config),
    iam: new IAMClient(config),
    kms: new KMSClient(config),
    logs: new CloudWatchLogsClient(config),
  };
  made.set(key, clients);
  return clients;
}

export interface ManagedInterfaceRequest {
  readonly subnetId: string;
  readonly securityGroupIds: readonly string[];
  /** Such as "Amazon EKS my-cluster". */
  readonly description: string;
  /** Requester that AWS shows, such as `amazon-eks`. */
  readonly owner: string;
  readonly tags?: readonly Tag[];
}

/**
 * Makes a network interface that a service holds in the user's VPC: in use, and not the user's to detach or
 * delete. The service deletes it with `aws.ec2`, which meets no refusal. Returns its id.
 */
export async function createManagedInterface(
  aws: MotoClients,
  request: ManagedInterfaceRequest,
): Promise<string> {
  const { NetworkInterface: made } = await aws.ec2.send(
    new CreateNetworkInterfaceCommand({
      SubnetId: request.subnetId,
      Groups: [...request.securityGroupIds],
      Description: request.description,
      ...(request.tags?.length && {
        TagSpecifications: [{ ResourceType: "network-interface", Tags: [...request.tags] }],
      }),
    }),
  );
  const id = made?.NetworkInterfaceId ?? "";
  const response = await fetch(new URL("/_local/managed-interface", aws.url), {
    method: "POST",
    body: JSON.stringify({ region: aws.region, id, owner: request.owner }),
  });
  if (!response.ok) throw new Error(`The emulator did not hand over ${id}: HTTP ${response.status}.`);
  return id;
}
