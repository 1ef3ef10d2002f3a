/** The day on which a stack may be destroyed. All dates are ISO dates (`2026-12-31`), UTC. */
import type { Expiry } from "./settings/fields.ts";

const millisecondsPerDay = 86_400_000;

export function isoDate(time: Date): string {
  return time.toISOString().slice(0, 10);
}

/**
 * @param createdOn the day of the stack's first `up`: a lifetime counts from there, so that running it again
 *   does not prolong it.
 */
export function expiryDate(expiry: Expiry | undefined, createdOn: string): string | undefined {
  if (expiry === undefined) return undefined;
  if ("date" in expiry) return expiry.date;
  return isoDate(new Date(Date.parse(createdOn) + expiry.days * millisecondsPerDay));
}

/** What to tell a person about a stack past its day; undefined before that, and on the day itself. */
export function expiryWarning(stack: string, expiry: string | undefined, now: Date): string | undefined {
  if (expiry === undefined || isoDate(now) <= expiry) return undefined;
  return `${stack} expired on ${expiry}. Destroy it (pulumi destroy), or prolong it: pulumi config set --path tags.expiry 2026-12-31`;
}
