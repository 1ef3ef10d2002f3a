/** From a stack's name to its class of environment. */
import { UserError } from "./errors.ts";

export type EnvironmentName = "sandbox" | "canary" | "development" | "staging" | "production";

const permanent: readonly EnvironmentName[] = ["canary", "development", "staging", "production"];

/** `sandbox-` and words of lower-case letters and digits: the name also becomes a directory and a Git branch. */
const sandboxPattern = /^sandbox(-[a-z0-9]+)+$/;

/** @throws {UserError} on a name that belongs to no class. */
export function environmentOf(stack: string): EnvironmentName {
  const found = permanent.find((name) => name === stack);
  if (found !== undefined) return found;
  if (sandboxPattern.test(stack)) return "sandbox";
  const fault = stack.startsWith("sandbox")
    ? "a sandbox's name is lower-case letters and digits in parts joined by single hyphens"
    : "no class of environment has this name";
  throw new UserError({
    what: `Stack ${JSON.stringify(stack)}: ${fault}.`,
    remedy:
      "Name it sandbox-<something>, canary, development, staging or production, for instance: pulumi stack init sandbox-a",
  });
}
