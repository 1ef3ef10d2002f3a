/** STS GetCallerIdentity: asked directly, and presigned inside the token of an EKS cluster. */
import { randomUUID } from "node:crypto";
import type { CredentialStore } from "./credentials.ts";
import { SignatureRefusal, verifySignature } from "./signature.ts";
import type { AwsResponse, Caller } from "./types.ts";

/** EKS accepts a token for this long after it was signed, whatever its URL says (aws-iam-authenticator). */
const tokenMilliseconds = 15 * 60_000;
const allowedParameters = new Set(
  ["Action", "Version"].concat(
    ["Algorithm", "Credential", "Date", "Expires", "Security-Token", "Signature", "SignedHeaders"].map(
      (name) => `X-Amz-${name}`,
    ),
  ),
);

/**
 * Who signed the GetCallerIdentity URL inside an EKS token; undefined if the token is worth nothing.
 * @param headers what the verifier sends with it: `x-k8s-aws-id` with the name of the cluster that was asked,
 *   which the signature must cover. The host is taken from the URL.
 */
export async function verifyCallerIdentityUrl(
  credentials: CredentialStore,
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<Caller | undefined> {
  if (!URL.canParse(url)) return undefined;
  const { host, pathname, searchParams: query } = new URL(url);
  const expires = Number(query.get("X-Amz-Expires"));
  const wellFormed =
    query.get("Action") === "GetCallerIdentity" &&
    pathname === "/" &&
    [...query.keys()].every((name) => allowedParameters.has(name)) &&
    expires >= 0 &&
    expires * 1000 <= tokenMilliseconds;
  if (!wellFormed) return undefined;
  const request = { method: "GET", path: "/", query, headers: { ...headers, host }, body: Buffer.alloc(0) };
  try {
    const signature = await verifySignature(request, credentials, tokenMilliseconds);
    const names = Object.keys(headers).map((name) => name.toLowerCase());
    const covered = names.every((name) => signature.signedHeaders.includes(name));
    return covered && signature.service === "sts" ? signature.caller : undefined;
  } catch (error) {
    if (error instanceof SignatureRefusal) return undefined;
    throw error;
  }
}

/** STS answers in XML whatever the caller is; the user id is the access key's, as nothing else is known of it. */
export function callerIdentity(caller: Caller): AwsResponse {
  return {
    status: 200,
    headers: { "content-type": "text/xml" },
    body: `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <GetCallerIdentityResult>
    <Arn>${caller.arn}</Arn>
    <UserId>${caller.accessKeyId}</UserId>
    <Account>${caller.accountId}</Account>
  </GetCallerIdentityResult>
  <ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata>
</GetCallerIdentityResponse>`,
  };
}
