/** AWS's wire protocols: how an operation is named in a request, and how an error is worded in each of them. */
import { randomUUID } from "node:crypto";
import type { SignatureProblem } from "./signature.ts";
import { AwsFault, type AwsResponse, type Caller } from "./types.ts";

/** EC2 has a query protocol of its own; IAM, STS and ELB share one; KMS and Logs speak JSON 1.1; EKS is REST. */
export type Protocol = "ec2" | "query" | "json" | "rest";

export interface Operation {
  readonly protocol: Protocol;
  readonly action?: string;
  /** Parameters of the query protocols. */
  readonly form: URLSearchParams;
  /** Members of a JSON body. */
  readonly json: Readonly<Record<string, unknown>>;
}

export function readOperation(
  service: string,
  headers: Readonly<Record<string, string>>,
  query: URLSearchParams,
  body: Buffer,
): Operation {
  const type = headers["content-type"] ?? "";
  const form = type.includes("x-www-form-urlencoded") ? new URLSearchParams(body.toString()) : query;
  const target = headers["x-amz-target"]?.split(".").at(-1);
  if (target) return { protocol: "json", action: target, form, json: readJson(body) };
  const action = form.get("Action");
  if (action) return { protocol: service === "ec2" ? "ec2" : "query", action, form, json: {} };
  return { protocol: "rest", form, json: {} };
}

function readJson(body: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body.toString() || "{}");
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    throw new AwsFault("SerializationException", 400, "The request body is not valid JSON.");
  }
}

const escaped: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

export function renderFault(protocol: Protocol, fault: AwsFault): AwsResponse {
  const { code, status, message } = fault;
  const requestId = randomUUID();
  if (protocol === "json" || protocol === "rest") {
    const type = protocol === "json" ? "application/x-amz-json-1.1" : "application/json";
    return {
      status,
      headers: { "content-type": type, "x-amzn-errortype": code, "x-amzn-requestid": requestId },
      body: JSON.stringify({ __type: code, message, ...fault.details }),
    };
  }
  const text = message.replace(/[&<>]/g, (character) => escaped[character] ?? character);
  const error = `<Code>${code}</Code><Message>${text}</Message>`;
  const document =
    protocol === "ec2"
      ? `<Response><Errors><Error>${error}</Error></Errors><RequestID>${requestId}</RequestID></Response>`
      : `<ErrorResponse><Error><Type>${status < 500 ? "Sender" : "Receiver"}</Type>${error}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
  return { status, headers: { "content-type": "text/xml;charset=UTF-8" }, body: document };
}

type Wording = readonly [code: string, status: number, message: string];

const invalidToken = "The security token included in the request is invalid.";
const expiredToken = "The security token included in the request is expired";
const mismatch =
  "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";
const skewed = "Signature expired: it is not within 5 minutes of the current time.";
const notValidated = "AWS was not able to validate the provided access credentials";
const missing = "Missing Authentication Token";
const incomplete = "Authorization header or query lacks a part of the signature.";

/** The services' answers to a bad signature, by protocol. EC2 does not tell a wrong key from a wrong secret. */
const signatureWordings: Record<SignatureProblem, Record<Protocol, Wording>> = {
  missing: {
    ec2: ["MissingAuthenticationToken", 403, missing],
    query: ["MissingAuthenticationToken", 403, missing],
    json: ["MissingAuthenticationTokenException", 400, missing],
    rest: ["MissingAuthenticationTokenException", 403, missing],
  },
  incomplete: {
    ec2: ["IncompleteSignature", 400, incomplete],
    query: ["IncompleteSignature", 400, incomplete],
    json: ["IncompleteSignatureException", 400, incomplete],
    rest: ["IncompleteSignatureException", 403, incomplete],
  },
  unknownKey: {
    ec2: ["AuthFailure", 401, notValidated],
    query: ["InvalidClientTokenId", 403, invalidToken],
    json: ["UnrecognizedClientException", 400, invalidToken],
    rest: ["UnrecognizedClientException", 403, invalidToken],
  },
  mismatch: {
    ec2: ["AuthFailure", 401, notValidated],
    query: ["SignatureDoesNotMatch", 403, mismatch],
    json: ["InvalidSignatureException", 400, mismatch],
    rest: ["InvalidSignatureException", 403, mismatch],
  },
  skewed: {
    ec2: ["RequestExpired", 400, "Request has expired."],
    query: ["SignatureDoesNotMatch", 403, skewed],
    json: ["InvalidSignatureException", 400, skewed],
    rest: ["InvalidSignatureException", 403, skewed],
  },
  expired: {
    ec2: ["RequestExpired", 400, "Request has expired."],
    query: ["ExpiredToken", 403, expiredToken],
    json: ["ExpiredTokenException", 400, expiredToken],
    rest: ["ExpiredTokenException", 403, expiredToken],
  },
};

export function signatureFault(problem: SignatureProblem, protocol: Protocol): AwsFault {
  return new AwsFault(...signatureWordings[problem][protocol]);
}

const rate = "Rate exceeded";
const internal = "An internal error has occurred";
const throttled: Record<Protocol, Wording> = {
  ec2: ["RequestLimitExceeded", 503, "Request limit exceeded."],
  query: ["Throttling", 400, rate],
  json: ["ThrottlingException", 400, rate],
  rest: ["ThrottlingException", 429, rate],
};
const failed: Record<Protocol, Wording> = {
  ec2: ["InternalError", 500, internal],
  query: ["InternalFailure", 500, internal],
  json: ["InternalFailure", 500, internal],
  rest: ["ServerException", 500, internal],
};
const denied: Record<Protocol, readonly [code: string, status: number]> = {
  ec2: ["UnauthorizedOperation", 403],
  query: ["AccessDenied", 403],
  json: ["AccessDeniedException", 400],
  rest: ["AccessDeniedException", 403],
};

export const throttleFault = (protocol: Protocol): AwsFault => new AwsFault(...throttled[protocol]);

export const internalFault = (protocol: Protocol): AwsFault => new AwsFault(...failed[protocol]);

/** Names the permission that is missing, as IAM does. */
export function deniedFault(protocol: Protocol, caller: Caller, permission: string): AwsFault {
  const reason = `User: ${caller.arn} is not authorized to perform: ${permission} because no identity-based policy allows the ${permission} action`;
  const prefix = protocol === "ec2" ? "You are not authorized to perform this operation. " : "";
  return new AwsFault(...denied[protocol], prefix + reason);
}
