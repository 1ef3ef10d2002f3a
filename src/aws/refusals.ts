/** What AWS's refusals mean: the one place that tells what is gone from what is in use, and a missing right from a busy service. */
import { UserError } from "../errors.ts";

/** The code of AWS's answer; the query protocols keep it apart from the name of the class. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  return (error as Error & { readonly Code?: string }).Code ?? error.name;
}

/**
 * Each service has names of its own: `InvalidVolume.NotFound`, `LoadBalancerNotFound`, `ResourceNotFoundException`, KMS's
 * `NotFoundException`, IAM's `NoSuchEntity`.
 */
export function isGone(error: unknown): boolean {
  return /(NotFound|^NoSuchEntity)(Exception|Fault)?$/.test(codeOf(error));
}

/** Undefined for what is not there, such as what was deleted between its listing and this question. */
export async function whileThere<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** It is still used by something that is on its way out, or that has to go first: to be tried again. */
export function isInUse(error: unknown): boolean {
  return inUse.has(codeOf(error)) || /is currently in use/.test(messageOf(error));
}

const inUse = new Set([
  "DependencyViolation",
  "ResourceInUse",
  "ResourceInUseException",
  "VolumeInUse",
  "IncorrectState",
  "IncorrectInstanceState",
  "OperationAbortedException",
]);

/** Deletion or termination protection. */
export function isProtected(error: unknown): boolean {
  return codeOf(error) === "OperationNotPermitted";
}

const denials = new Set([
  "UnauthorizedOperation",
  "AccessDenied",
  "AccessDeniedException",
  "UnauthorizedException",
]);
const expiries = new Set(["ExpiredToken", "ExpiredTokenException", "RequestExpired"]);

export function isExpired(error: unknown): boolean {
  return expiries.has(codeOf(error));
}

/** A right is missing: in the caller's own policies, or in that of the thing it asked for. AWS says which. */
export class Denied extends UserError {
  /** The policy of the thing itself refuses, such as that of a KMS key of somebody else's. */
  readonly byThing: boolean;

  constructor(error: unknown, action: string) {
    super({
      what: `AWS: the permission ${action} is missing (${codeOf(error)}: ${messageOf(error)})`,
      remedy:
        "Grant it: docs/aws.md names the policies that hold all that the program needs. Then run the command again.",
    });
    this.byThing = messageOf(error).includes("resource-based policy");
  }
}

/** The error as people need it, where it is about the caller and not about the thing that was asked for. */
export function explained(error: unknown, action: string): unknown {
  const code = codeOf(error);
  if (denials.has(code)) return new Denied(error, action);
  if (expiries.has(code)) {
    return new UserError({
      what: `AWS: the credentials have expired (${code}, at ${action}).`,
      remedy:
        "Obtain new ones (aws sso login, or your profile's own way), and run the command again: it goes on.",
    });
  }
  if (code === "CredentialsProviderError") {
    return new UserError({
      what: `AWS: there are no credentials for ${action}: ${messageOf(error)}`,
      remedy: "Try aws sts get-caller-identity until it answers, and run the command again.",
    });
  }
  if (isUnanswered(error)) {
    return new UserError({
      what: `AWS: no answer to ${action}, however often it was asked (${code}: ${messageOf(error)})`,
      remedy: "Look at health.aws.amazon.com and at your network, and run the command again: it goes on.",
    });
  }
  return error;
}

/** What the client has given up to try again: AWS is busy or broken, or cannot be reached. */
function isUnanswered(error: unknown): boolean {
  const { $metadata, code = "" } = error as {
    readonly $metadata?: { readonly httpStatusCode?: number };
    readonly code?: string;
  };
  const status = $metadata?.httpStatusCode ?? 0;
  const busy = /Throttl|RequestLimitExceeded|TooManyRequests|SlowDown/.test(codeOf(error));
  return busy || status >= 500 || codeOf(error) === "TimeoutError" || /^E[A-Z_]+$/.test(code);
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
