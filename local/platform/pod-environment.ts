/**
 * AWS as the pods of a cluster find it, by the standard variables: this platform's endpoint, and a session of the role
 * that their account was given. Without one they are the node, which may do everything here.
 */
import { randomBytes } from "node:crypto";
import type { ScaledClock } from "../clock.ts";
import { accountId } from "../gateway/account.ts";
import type { CredentialStore } from "../gateway/credentials.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { ControlPlaneRequest } from "../kubernetes/types.ts";
import type { RegionalEks } from "./eks-service.ts";

interface Platform {
  readonly eks: Pick<RegionalEks, "podRole">;
  readonly gateway: Pick<Gateway, "url">;
  readonly credentials: CredentialStore;
  readonly clock: ScaledClock;
}

export function podEnvironment(
  { eks, gateway, credentials, clock }: Platform,
  { name, arn }: ControlPlaneRequest,
  namespace: string,
  account: string,
): Promise<Record<string, string>> {
  const region = arn.split(":")[3] ?? "";
  const role = eks.podRole(region, name, namespace, account)?.split("/").at(-1);
  const session = role === undefined ? "node" : `${role}/eks-${name}-${account}`;
  // The same for every program of the account, so that restarts leave no keys behind.
  const accessKeyId = `ASIA${Buffer.from(`${region} ${name} ${namespace} ${session}`).toString("hex").toUpperCase()}`;
  const known = credentials.get(accessKeyId);
  const secret = known?.secret ?? randomBytes(20).toString("hex");
  const sessionToken = known?.sessionToken ?? randomBytes(20).toString("hex");
  const caller = {
    accountId,
    accessKeyId,
    arn: `arn:aws:sts::${accountId}:assumed-role/${session}`,
    ...(role !== undefined && { role }),
  };
  if (!known) credentials.add({ secret, sessionToken, caller });
  return Promise.resolve({
    AWS_ENDPOINT_URL: gateway.url,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secret,
    AWS_SESSION_TOKEN: sessionToken,
    // Of the shell that started the platform.
    AWS_PROFILE: "",
    LOCAL_SCALE: String(clock.scale),
  });
}
