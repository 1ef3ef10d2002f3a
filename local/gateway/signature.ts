/** AWS Signature Version 4: who signed a request, verified by signing it again. */
import { createHash, timingSafeEqual } from "node:crypto";
import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import type { Credential, CredentialStore } from "./credentials.ts";
import type { Caller } from "./types.ts";

export interface SignedRequest {
  readonly method: string;
  /** Without the query, still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export type SignatureProblem = "missing" | "incomplete" | "unknownKey" | "mismatch" | "skewed" | "expired";

/** Why a request is refused before anybody looks at what it asks for. */
export class SignatureRefusal extends Error {
  readonly problem: SignatureProblem;

  constructor(problem: SignatureProblem) {
    super(`The signature is refused: ${problem}.`);
    this.name = "SignatureRefusal";
    this.problem = problem;
  }
}

export interface VerifiedSignature {
  readonly caller: Caller;
  readonly service: string;
  readonly region: string;
  readonly signedHeaders: readonly string[];
  readonly date: Date;
}

interface Signature {
  readonly presigned: boolean;
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly date: Date;
  /** Seconds that a presigned URL is good for. */
  readonly expiresIn: number;
  readonly sessionToken: string | undefined;
}

/** AWS accepts a signature for five minutes around its date. */
const skewMilliseconds = 5 * 60_000;
const signatureParameters = [
  "X-Amz-Algorithm",
  "X-Amz-Credential",
  "X-Amz-Date",
  "X-Amz-Expires",
  "X-Amz-SignedHeaders",
  "X-Amz-Signature",
];

/**
 * @param presignedMilliseconds how long after its date a presigned URL is accepted; what the URL says if left out
 * @throws SignatureRefusal
 */
export async function verifySignature(
  request: SignedRequest,
  credentials: CredentialStore,
  presignedMilliseconds?: number,
): Promise<VerifiedSignature> {
  const claim = claimedSignature(request);
  const credential = credentials.get(claim.accessKeyId);
  if (!credential) throw new SignatureRefusal("unknownKey");
  const age = Date.now() - claim.date.getTime();
  const lifetime = claim.presigned ? (presignedMilliseconds ?? claim.expiresIn * 1000) : skewMilliseconds;
  if (!(age > -skewMilliseconds && age < lifetime)) throw new SignatureRefusal("skewed");
  const expected = await sign(request, claim, credential);
  if (!bodyMatchesItsHash(request) || !equal(expected, claim.signature)) {
    throw new SignatureRefusal("mismatch");
  }
  if (credential.sessionToken !== claim.sessionToken) throw new SignatureRefusal("unknownKey");
  if (credential.expires && credential.expires.getTime() <= Date.now()) throw new SignatureRefusal("expired");
  const { service, region, signedHeaders, date } = claim;
  return { caller: credential.caller, service, region, signedHeaders, date };
}

function claimedSignature({ headers, query }: SignedRequest): Signature {
  const presigned = query.has("X-Amz-Signature");
  const authorization = headers["authorization"] ?? "";
  if (!presigned && authorization === "") throw new SignatureRefusal("missing");
  const part = (name: string): string =>
    (presigned
      ? query.get(`X-Amz-${name}`)
      : new RegExp(`^AWS4-HMAC-SHA256 .*\\b${name}=([^, ]+)`).exec(authorization)?.[1]) ?? "";
  const [accessKeyId, day, region, service, terminator] = part("Credential").split("/");
  const timestamp = (presigned ? query.get("X-Amz-Date") : headers["x-amz-date"]) ?? "";
  const signedHeaders = part("SignedHeaders").split(";");
  if (
    !accessKeyId ||
    !region ||
    !service ||
    terminator !== "aws4_request" ||
    !/^\d{8}T\d{6}Z$/.test(timestamp) ||
    !timestamp.startsWith(day ?? "") ||
    !signedHeaders.includes("host") ||
    !part("Signature")
  ) {
    throw new SignatureRefusal("incomplete");
  }
  return {
    presigned,
    accessKeyId,
    region,
    service,
    signedHeaders,
    signature: part("Signature"),
    date: new Date(timestamp.replace(/(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/, "$1-$2-$3T$4:$5:$6Z")),
    expiresIn: Number(query.get("X-Amz-Expires") ?? 0),
    sessionToken: query.get("X-Amz-Security-Token") ?? headers["x-amz-security-token"],
  };
}

async function sign(request: SignedRequest, claim: Signature, credential: Credential): Promise<string> {
  const signer = new SignatureV4({
    credentials: { accessKeyId: claim.accessKeyId, secretAccessKey: credential.secret },
    region: claim.region,
    service: claim.service,
    sha256: Sha256,
    applyChecksum: false,
    uriEscapePath: claim.service !== "s3",
  });
  const query: Record<string, string[]> = {};
  for (const [name, value] of request.query) {
    if (!signatureParameters.includes(name)) (query[name] ??= []).push(value);
  }
  const signable = {
    method: request.method,
    protocol: "http:",
    hostname: request.headers["host"] ?? "",
    path: request.path,
    query,
    headers: Object.fromEntries(claim.signedHeaders.map((name) => [name, request.headers[name] ?? ""])),
    body: request.body,
  };
  const options = { signingDate: claim.date, signableHeaders: new Set(claim.signedHeaders) };
  if (claim.presigned) {
    const { query: signed } = await signer.presign(signable, { ...options, expiresIn: claim.expiresIn });
    return String(signed?.["X-Amz-Signature"]);
  }
  const { headers } = await signer.sign(signable, options);
  return /Signature=(\w+)/.exec(headers["authorization"] ?? "")?.[1] ?? "";
}

/** The signature covers the header that holds the body's hash; the body must then have that hash. */
function bodyMatchesItsHash({ headers, body }: SignedRequest): boolean {
  const claimed = headers["x-amz-content-sha256"];
  if (claimed === undefined || claimed === "UNSIGNED-PAYLOAD") return true;
  return equal(createHash("sha256").update(body).digest("hex"), claimed);
}

function equal(left: string, right: string): boolean {
  return left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right));
}
