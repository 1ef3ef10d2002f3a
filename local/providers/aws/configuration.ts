/** What one instance of the AWS provider is configured with: region, default tags, the caller, and the service clients. */
import { createRequire } from "node:module";
import type { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import type { EC2 } from "@aws-sdk/client-ec2";
import type { EKS } from "@aws-sdk/client-eks";
import type { IAM } from "@aws-sdk/client-iam";
import type { KMS } from "@aws-sdk/client-kms";
import type { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { STS } from "@aws-sdk/client-sts";
import { isRecord, type Properties } from "../../product.ts";

export type Tags = Readonly<Record<string, string>>;

export interface Identity {
  readonly accountId: string;
  readonly callerArn: string;
  readonly userId: string;
}

const require = createRequire(import.meta.url);

/** The clients are loaded when they are first used: loading them all takes longer than a preview. */
export class Aws {
  readonly region: string;
  readonly partition: string;
  readonly identity: Identity;
  readonly defaultTags: Tags;
  readonly #clients = new Map<string, unknown>();

  constructor(region: string, identity: Identity, defaultTags: Tags) {
    this.region = region;
    this.partition = partitionOf(region);
    this.identity = identity;
    this.defaultTags = defaultTags;
  }

  #client(module: string, name: string): unknown {
    let client = this.#clients.get(name);
    if (client === undefined) {
      const service = require(`@aws-sdk/client-${module}`) as Record<
        string,
        new (options: object) => unknown
      >;
      const Client = service[name];
      if (!Client) throw new Error(`@aws-sdk/client-${module} has no ${name}`);
      client = new Client({ region: this.region });
      this.#clients.set(name, client);
    }
    return client;
  }

  get ec2(): EC2 {
    return this.#client("ec2", "EC2") as EC2;
  }

  get eks(): EKS {
    return this.#client("eks", "EKS") as EKS;
  }

  get iam(): IAM {
    return this.#client("iam", "IAM") as IAM;
  }

  get kms(): KMS {
    return this.#client("kms", "KMS") as KMS;
  }

  get logs(): CloudWatchLogs {
    return this.#client("cloudwatch-logs", "CloudWatchLogs") as CloudWatchLogs;
  }

  get secretsManager(): SecretsManager {
    return this.#client("secrets-manager", "SecretsManager") as SecretsManager;
  }
}

/** Settings that have no meaning here: the standard AWS environment leads to endpoint and credentials. */
const ignored = new Set(["version", "pluginDownloadURL", "maxRetries", "retryMode", "userAgents"]);
const ignoredPrefix = /^skip|^__/;
const known = new Set(["region", "defaultTags"]);

/** The SDK sends provider settings that are no strings as JSON. */
function setting(inputs: Properties, name: string): unknown {
  const value = inputs[name];
  return typeof value === "string" && /^[[{]/.test(value) ? (JSON.parse(value) as unknown) : value;
}

function refuseUnknownSettings(inputs: Properties): void {
  const refused = Object.keys(inputs).filter(
    (name) => !known.has(name) && !ignored.has(name) && !ignoredPrefix.test(name),
  );
  if (refused.length > 0) {
    throw new Error(
      `the local AWS provider has no setting ${refused.join(", ")}. Endpoint and credentials come from the environment ` +
        "(AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY); remove the setting.",
    );
  }
}

const partitionOf = (region: string): string =>
  region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";

function credentialsRemedy(error: unknown): Error {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  if (name === "CredentialsProviderError") {
    return new Error(
      "no AWS credentials were found. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or log in (`aws sso login`).",
    );
  }
  if (/Expired/.test(name)) {
    return new Error(
      `the AWS credentials have expired (${message}). Get new ones, then run the command again.`,
    );
  }
  if (/InvalidClientTokenId|SignatureDoesNotMatch|AccessDenied|UnrecognizedClient|AuthFailure/.test(name)) {
    return new Error(
      `AWS refused the credentials (${name}: ${message}). Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`,
    );
  }
  const endpoint = process.env["AWS_ENDPOINT_URL"] ?? "AWS";
  return new Error(
    `AWS STS GetCallerIdentity at ${endpoint} failed (${message || name}). ` +
      "Check that the endpoint is up, then run the command again.",
  );
}

/** Throws in one line where the region is missing, the credentials are absent, expired or refused, or a setting is unknown. */
export async function configureAws(inputs: Properties): Promise<Aws> {
  refuseUnknownSettings(inputs);
  const region = setting(inputs, "region") ?? process.env["AWS_REGION"] ?? process.env["AWS_DEFAULT_REGION"];
  if (typeof region !== "string" || region === "") {
    throw new Error("the AWS provider has no region. Set one with `pulumi config set aws:region eu-west-1`.");
  }
  const defaults = setting(inputs, "defaultTags");
  const tags = isRecord(defaults) && isRecord(defaults["tags"]) ? defaults["tags"] : {};
  const { Account, Arn, UserId } = await new STS({ region }).getCallerIdentity({}).catch((error: unknown) => {
    throw credentialsRemedy(error);
  });
  const identity = { accountId: Account ?? "", callerArn: Arn ?? "", userId: UserId ?? "" };
  const defaultTags = Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, String(value)]));
  return new Aws(region, identity, defaultTags);
}
