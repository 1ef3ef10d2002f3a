/**
 * AWS's own clients, for all that the program asks of AWS: few requests at a time, patient with AWS, with errors for people, and
 * unable to change anything that has not passed the gate (`gate.ts`). Credentials come from AWS's own settings.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { EC2Client } from "@aws-sdk/client-ec2";
import { EKSClient } from "@aws-sdk/client-eks";
import { ElasticLoadBalancingClient } from "@aws-sdk/client-elastic-load-balancing";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { IAMClient } from "@aws-sdk/client-iam";
import { KMSClient } from "@aws-sdk/client-kms";
import { STSClient } from "@aws-sdk/client-sts";
import pLimit from "p-limit";
import { Interrupted } from "../plugin/failures.ts";
import { behindGate } from "./gate.ts";
import { explained, isExpired } from "./refusals.ts";

export interface AwsClients {
  readonly region: string;
  readonly ec2: EC2Client;
  readonly loadBalancing: ElasticLoadBalancingV2Client;
  readonly classicLoadBalancing: ElasticLoadBalancingClient;
  readonly logs: CloudWatchLogsClient;
  readonly eks: EKSClient;
  readonly iam: IAMClient;
  readonly kms: KMSClient;
  readonly sts: STSClient;
}

/** At once, of all services together. EC2 refills by 5 to 20 requests a second for most of what is asked here. */
const requestsAtOnce = 8;

/**
 * With pauses that grow to 20 s between them, and slower after each refusal for too many requests (`adaptive`): over a minute
 * in which AWS may answer nothing at all.
 */
const attempts = 10;

const retries = { maxAttempts: attempts, retryMode: "adaptive" } as const;

/** Milliseconds. */
const patience = { connectionTimeout: 5_000, requestTimeout: 60_000 };

/** The services under the names that IAM has for them. */
const prefixes = {
  ec2: "ec2",
  loadBalancing: "elasticloadbalancing",
  classicLoadBalancing: "elasticloadbalancing",
  logs: "logs",
  eks: "eks",
  iam: "iam",
  kms: "kms",
  sts: "sts",
} as const;

/** What is done about credentials that expire in the middle of the work: somebody logs in again, and it goes on. */
export interface Renewal {
  /** Seconds for which new ones are waited for. */
  readonly seconds: number;
  readonly status: (line: string) => void;
}

/** Milliseconds. */
const betweenTries = 2_000;

/**
 * Runs `work` with clients that obtain their credentials when they first ask, and again when those expire. Interrupted, they
 * ask nothing more. Credentials that have expired from the start are an error at once, with a renewal or without.
 */
export async function withAws<T>(
  region: string,
  signal: AbortSignal,
  work: (aws: AwsClients) => Promise<T>,
  renewal?: Renewal,
): Promise<T> {
  const config = { region, ...retries, requestHandler: patience };
  const aws = {
    region,
    ec2: new EC2Client(config),
    loadBalancing: new ElasticLoadBalancingV2Client(config),
    classicLoadBalancing: new ElasticLoadBalancingClient(config),
    logs: new CloudWatchLogsClient(config),
    eks: new EKSClient(config),
    iam: new IAMClient(config),
    kms: new KMSClient(config),
    sts: new STSClient(config),
  };
  const limit = pLimit(requestsAtOnce);
  const state: State = { signal, renewal, answered: false };
  for (const name of Object.keys(prefixes) as (keyof typeof prefixes)[]) {
    watch(aws[name], prefixes[name], limit, state);
    behindGate(aws[name]);
  }
  try {
    return await work(aws);
  } finally {
    for (const name of Object.keys(prefixes) as (keyof typeof prefixes)[]) aws[name].destroy();
  }
}

/** What is common to the clients of all services; their own types agree in nothing. */
interface AnyClient {
  readonly config: {
    readonly credentials?: (options: { readonly forceRefresh: true }) => Promise<unknown>;
  };
  readonly middlewareStack: {
    add(
      middleware: (
        next: (args: never) => Promise<never>,
        context: { readonly commandName?: string },
      ) => (args: never) => Promise<never>,
      options: { readonly step: "initialize"; readonly name: string; readonly priority: "high" },
    ): void;
  };
}

interface State {
  readonly signal: AbortSignal;
  readonly renewal: Renewal | undefined;
  /** Whether AWS has accepted the credentials before. */
  answered: boolean;
}

function watch(
  client: AwsClients[keyof typeof prefixes],
  prefix: string,
  limit: ReturnType<typeof pLimit>,
  state: State,
): void {
  const { middlewareStack, config } = client as unknown as AnyClient;
  middlewareStack.add(
    (next, { commandName = "" }) =>
      (args) =>
        limit(async () => {
          const action = `${prefix}:${commandName.replace(/Command$/, "")}`;
          const started = Date.now();
          for (;;) {
            if (state.signal.aborted) throw new Interrupted(`asking AWS for ${action}`);
            try {
              const answer = await next(args);
              state.answered = true;
              return answer;
            } catch (error) {
              const { renewal, answered, signal } = state;
              const waited = (Date.now() - started) / 1000;
              if (!isExpired(error) || !answered || renewal === undefined || waited >= renewal.seconds) {
                throw explained(error, action);
              }
              renewal.status("the AWS credentials have expired: log in again, and it goes on");
              await sleep(betweenTries, undefined, { signal }).catch(() => undefined);
              // What the client has remembered is what has expired.
              await config.credentials?.({ forceRefresh: true }).catch(() => undefined);
            }
          }
        }),
    { step: "initialize", name: "kubernetes-sdlc", priority: "high" },
  );
}
