import { UserError } from "../user-error.ts";

const unreachable =
  /dial tcp|no such host|connection refused|i\/o timeout|network is unreachable|Temporary failure in name resolution|NewConnectionError|Could not find a version|module lookup disabled by GOPROXY=off/;
const missingProgram = /spawn (\S+) ENOENT/;

/** Says in one line each why a tool could not be set up and what to do; everything the tool said is kept below. */
export function setUpFailure(step: string, error: unknown): UserError {
  const text = error instanceof Error ? error.message : String(error);
  if (unreachable.test(text)) {
    return new UserError(
      `Could not ${step}: a package registry could not be reached.`,
      "Connect to the network (or set GOPROXY / PIP_INDEX_URL to your mirror) and run the same command again; what was built stays.",
      text,
    );
  }
  const missing = missingProgram.exec(text)?.[1];
  if (missing !== undefined) {
    return new UserError(
      `Could not ${step}: the program ${missing} was not found.`,
      "Install Go, Python 3, git and make, and run the same command again.",
      text,
    );
  }
  return new UserError(`Could not ${step}.`, "Read the output below, then run the same command again.", text);
}
