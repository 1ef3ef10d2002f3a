/** One emulator and one gateway for all the tests of this folder, and AWS's own clients against it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import assert from "node:assert/strict";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { EC2Client } from "@aws-sdk/client-ec2";
import { EKSClient } from "@aws-sdk/client-eks";
import { ElasticLoadBalancingClient } from "@aws-sdk/client-elastic-load-balancing";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { IAMClient } from "@aws-sdk/client-iam";
import { KMSClient } from "@aws-sdk/client-kms";
import { STSClient } from "@aws-sdk/client-sts";
import { ScaledClock } from "../../clock.ts";
import { CredentialStore } from "../../gateway/credentials.ts";
import { startGateway, type Gateway } from "../../gateway/gateway.ts";
import { startMoto, type Moto } from "../../gateway/moto.ts";
import type { AwsService } from "../../gateway/types.ts";
import { Processes } from "../../processes.ts";

export const region = "eu-west-1";
export const user = { accessKeyId: "AKIAUSER", secretAccessKey: "user-secret" };
export const session = {
  accessKeyId: "ASIASESSION",
  secretAccessKey: "session-secret",
  sessionToken: "session-token",
};

export interface Platform {
  readonly gateway: Gateway;
  readonly moto: Moto;
  readonly credentials: CredentialStore;
  stop(): Promise<void>;
}

export async function startPlatform(
  scale: number,
  services: Readonly<Record<string, AwsService>> = {},
): Promise<Platform> {
  const folder = await mkdtemp(path.join(tmpdir(), "gateway-"));
  const processes = new Processes(folder);
  const clock = new ScaledClock(scale);
  const moto = await startMoto(processes, clock);
  const caller = (accessKeyId: string, name: string) => ({
    accountId: "123456789012",
    arn: `arn:aws:iam::123456789012:user/${name}`,
    accessKeyId,
  });
  const credentials = new CredentialStore()
    .add({ secret: user.secretAccessKey, caller: caller(user.accessKeyId, "platform-engineer") })
    .add({
      secret: session.secretAccessKey,
      sessionToken: session.sessionToken,
      caller: caller(session.accessKeyId, "visitor"),
    });
  const gateway = await startGateway({ clock, motoUrl: moto.url, credentials, services });
  return {
    gateway,
    moto,
    credentials,
    stop: async () => {
      await gateway.close();
      await processes.stopAll();
      await rm(folder, { recursive: true });
    },
  };
}

export interface Clients {
  readonly ec2: EC2Client;
  readonly elb: ElasticLoadBalancingV2Client;
  readonly classic: ElasticLoadBalancingClient;
  readonly iam: IAMClient;
  readonly kms: KMSClient;
  readonly logs: CloudWatchLogsClient;
  readonly sts: STSClient;
  readonly eks: EKSClient;
}

export function clients({ gateway }: Platform, credentials: typeof user | typeof session = user): Clients {
  const config = { endpoint: gateway.url, region, credentials, maxAttempts: 1 };
  return {
    ec2: new EC2Client(config),
    elb: new ElasticLoadBalancingV2Client(config),
    classic: new ElasticLoadBalancingClient(config),
    iam: new IAMClient(config),
    kms: new KMSClient(config),
    logs: new CloudWatchLogsClient(config),
    sts: new STSClient(config),
    eks: new EKSClient(config),
  };
}

interface ServiceError extends Error {
  readonly Code?: string;
  readonly $metadata: { readonly httpStatusCode?: number };
}

/** Asserts that AWS refused: with this error code, HTTP status and, if given, exactly this message. */
export async function refused(
  call: Promise<unknown>,
  code: string,
  status: number,
  message?: string,
): Promise<void> {
  const error = await call.then(
    () => assert.fail(`The call succeeded; ${code} was expected.`),
    (reason: unknown) => reason as ServiceError,
  );
  const seen = { code: error.Code ?? error.name, status: error.$metadata.httpStatusCode };
  assert.deepEqual(seen, { code, status }, error.message);
  if (message !== undefined) assert.equal(error.message, message);
}

/** Waits, at most a minute, until `probe` answers something. */
export async function eventually<Value>(
  what: string,
  probe: () => Promise<Value | undefined>,
): Promise<Value> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const value = await probe();
    if (value !== undefined) return value;
    if (Date.now() > deadline) assert.fail(`It did not happen within 60 s: ${what}.`);
    await sleep(100);
  }
}
