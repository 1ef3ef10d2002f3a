/**
 * The refusals of the EKS API. Messages are AWS's where a public source quotes them; the others are worded in the
 * same manner, and no test holds them to be AWS's.
 */
import { AwsFault } from "../gateway/types.ts";
import type { ClusterRecord } from "./context.ts";

type Details = Readonly<Record<string, string>>;

export function invalidParameter(message: string, details: Details = {}): AwsFault {
  return new AwsFault("InvalidParameterException", 400, message, details);
}

export function invalidRequest(message: string, details: Details = {}): AwsFault {
  return new AwsFault("InvalidRequestException", 400, message, details);
}

export function inUse(message: string, details: Details = {}): AwsFault {
  return new AwsFault("ResourceInUseException", 409, message, details);
}

export function notFound(message: string, details: Details = {}): AwsFault {
  return new AwsFault("ResourceNotFoundException", 404, message, details);
}

/** A member of the request that must be there. */
export function required<T>(value: T | undefined, member: string): T {
  if (value === undefined) throw invalidParameter(`${member} is required.`);
  return value;
}

export function requireActive({ cluster }: ClusterRecord): void {
  if (cluster.status === "ACTIVE") return;
  throw invalidRequest(`Cluster '${cluster.name}' is not in ACTIVE status`, { clusterName: cluster.name });
}

/** Throws ResourceInUseException while a node group or an add-on is in one of those states. */
export function refuseWhile(
  states: readonly string[],
  action: "update" | "delete",
  what: string,
  status: string,
  details: Details,
): void {
  if (states.includes(status)) throw inUse(`Cannot ${action} ${what} while it is ${status}`, details);
}
