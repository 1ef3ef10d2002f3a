/** What CreateCluster and the configuration updates refuse by the request alone. */
import type * as sdk from "@aws-sdk/client-eks";
import { DescribeKeyCommand } from "@aws-sdk/client-kms";
import { containsCidr, overlapCidr, parseCidr } from "cidr-tools";
import type { EksContext } from "./context.ts";
import { invalidParameter } from "./faults.ts";

const logTypes: readonly sdk.LogType[] = ["api", "audit", "authenticator", "controllerManager", "scheduler"];
const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

export function checkName(name: string): void {
  if (!/^[0-9A-Za-z][A-Za-z0-9\-_]{0,99}$/.test(name)) {
    throw invalidParameter(
      `The cluster name '${name}' is not valid: 1 to 100 characters, letters, digits, - and _, the first a letter or a digit.`,
      { clusterName: name },
    );
  }
}

export function checkEndpoints(publicAccess: boolean, privateAccess: boolean): void {
  if (!publicAccess && !privateAccess) {
    throw invalidParameter("Private and public endpoint access cannot be false");
  }
}

/** `Logging` with every type named once, as DescribeCluster shows it. */
export function completeLogging(logging: sdk.Logging | undefined, before: sdk.Logging = {}): sdk.Logging {
  const on = new Set(enabledLogs(before));
  for (const setup of logging?.clusterLogging ?? []) {
    for (const type of setup.types ?? []) {
      if (!logTypes.includes(type)) throw invalidParameter(`Unknown log type ${type}`);
      if (setup.enabled) on.add(type);
      else on.delete(type);
    }
  }
  const sort = (enabled: boolean): { types: sdk.LogType[]; enabled: boolean } => ({
    types: logTypes.filter((type) => on.has(type) === enabled),
    enabled,
  });
  return { clusterLogging: [sort(true), sort(false)].filter((setup) => setup.types.length > 0) };
}

export function enabledLogs(logging: sdk.Logging): sdk.LogType[] {
  return (logging.clusterLogging ?? [])
    .filter((setup) => setup.enabled)
    .flatMap((setup) => setup.types ?? []);
}

/** The service range asked for, or the one of EKS's two defaults that lies clear of the VPC. */
export function serviceRange(
  network: sdk.CreateClusterCommandInput["kubernetesNetworkConfig"],
  vpcRanges: readonly string[],
): string {
  const range = network?.serviceIpv4Cidr;
  if (range === undefined)
    return overlapCidr("10.0.0.0/8", [...vpcRanges]) ? "172.20.0.0/16" : "10.100.0.0/16";
  let prefix: number;
  try {
    prefix = Number(parseCidr(range).prefix);
  } catch {
    throw invalidParameter(`The serviceIpv4Cidr ${range} is not a valid CIDR`);
  }
  if (prefix < 12 || prefix > 24)
    throw invalidParameter(`The serviceIpv4Cidr ${range} must be between /24 and /12`);
  if (!privateRanges.some((each) => containsCidr(each, range))) {
    throw invalidParameter(
      `The serviceIpv4Cidr ${range} must be within 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16`,
    );
  }
  if (overlapCidr(range, [...vpcRanges])) {
    throw invalidParameter(`The serviceIpv4Cidr ${range} overlaps with a CIDR block of the VPC`);
  }
  return range;
}

/** The SDK's type calls `resources` deprecated; the API still wants it. */
interface Encryption {
  readonly resources?: readonly string[] | undefined;
  readonly provider?: { readonly keyArn?: string | undefined } | undefined;
}

/** Secrets are the only thing EKS encrypts, with a symmetric key of the cluster's own Region. */
export async function checkEncryption(eks: EksContext, config: readonly Encryption[]): Promise<void> {
  for (const { resources, provider } of config) {
    if (resources?.length !== 1 || resources[0] !== "secrets") {
      throw invalidParameter("Encryption config resources can only be [secrets]");
    }
    const arn = provider?.keyArn ?? "";
    if (arn.split(":")[3] !== eks.region)
      throw invalidParameter(`The key ${arn} is not in Region ${eks.region}`);
    const key = await eks.account.kms.send(new DescribeKeyCommand({ KeyId: arn })).catch(() => undefined);
    if (!key?.KeyMetadata) throw invalidParameter(`The key ${arn} does not exist`);
    if (key.KeyMetadata.KeySpec !== "SYMMETRIC_DEFAULT")
      throw invalidParameter(`The key ${arn} is not symmetric`);
    if (key.KeyMetadata.KeyState !== "Enabled") {
      throw invalidParameter(
        `The key ${arn} is not enabled: its state is ${key.KeyMetadata.KeyState ?? "unknown"}`,
      );
    }
  }
}

const modes: readonly sdk.AuthenticationMode[] = ["CONFIG_MAP", "API_AND_CONFIG_MAP", "API"];

/** One step from CONFIG_MAP towards API, never back. */
export function checkModeStep(from: sdk.AuthenticationMode, to: sdk.AuthenticationMode): void {
  if (modes.indexOf(to) !== modes.indexOf(from) + 1) {
    throw invalidParameter(`Unsupported authentication mode update from ${from} to ${to}`);
  }
}
