/** Credentials with their secrets in clear: from the settings, or from AWS Secrets Manager. */
import * as aws from "@pulumi/aws";
import { UserError } from "../src/errors.ts";
import { alertSecret, type AlertPlace } from "../src/flux/alerts.ts";
import type { Credential, SecretValue } from "../src/secrets/credential.ts";

/** @throws {UserError} if a secret that is named is not there, or holds something else. The message holds no value. */
export async function resolveCredential(
  credential: Credential<SecretValue>,
  provider: aws.Provider,
): Promise<Credential> {
  const text = (value: SecretValue): Promise<string> => resolveSecret(value, provider);
  switch (credential.type) {
    case "token":
      return { ...credential, token: await text(credential.token) };
    case "basic":
    case "registry":
      return { ...credential, password: await text(credential.password) };
    case "ssh":
    case "github-app":
      return { ...credential, privateKey: await text(credential.privateKey) };
  }
}

/** @throws {UserError} as `resolveCredential` does. */
export async function resolveAlertPlace(
  place: AlertPlace<SecretValue>,
  provider: aws.Provider,
): Promise<AlertPlace> {
  const text = await resolveSecret(alertSecret(place).value, provider);
  return place.kind === "github" ? { ...place, token: text } : { ...place, address: text };
}

/** @throws {UserError} as `resolveCredential` does. */
export async function resolveSecret(value: SecretValue, provider: aws.Provider): Promise<string> {
  if (typeof value === "string") return value;
  const { awsSecret, key } = value;
  let content: string;
  try {
    const version = await aws.secretsmanager.getSecretVersion({ secretId: awsSecret }, { provider });
    content = version.secretString;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw unusable(awsSecret, `cannot be read: ${reason}`);
  }
  if (key === undefined) return content;
  const property = propertyOf(content, key);
  if (property === undefined) throw unusable(awsSecret, `has no text under ${JSON.stringify(key)}`);
  return property;
}

function propertyOf(content: string, key: string): string | undefined {
  try {
    const found: unknown = (JSON.parse(content) as Record<string, unknown>)[key];
    return typeof found === "string" ? found : undefined;
  } catch {
    return undefined;
  }
}

function unusable(secret: string, fault: string): UserError {
  return new UserError({
    what: `The secret ${secret} in AWS Secrets Manager ${fault}.`,
    remedy: `Look at it (aws secretsmanager describe-secret --secret-id ${secret}), and at who may read it.`,
  });
}
