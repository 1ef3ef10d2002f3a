/** What a machine has to have before anything can be set up on it, Node and make aside: those have begun. */
import { execa } from "execa";
import semver from "semver";
import which from "which";
import { UserError } from "../user-error.ts";

/** The oldest Python that moto's libraries take. */
const oldestPython = "3.11.0";

interface Prerequisite {
  /** As an error names it. */
  readonly name: string;
  /** What is wrong with it; undefined where it will do. */
  readonly fault: () => Promise<string | undefined>;
}

const program = (name: string): Prerequisite => ({
  name,
  fault: async () => ((await which(name, { nothrow: true })) === null ? "not found" : undefined),
});

const python: Prerequisite = { name: "Python 3.11 or newer, with venv", fault: pythonFault };

async function pythonFault(): Promise<string | undefined> {
  if ((await which("python3", { nothrow: true })) === null) return "python3 not found";
  // Debian's Python has the module venv, and not what fills a virtual environment.
  const questions = "import sys, venv; print(sys.version.split()[0]); import ensurepip";
  const { stdout, exitCode } = await execa("python3", ["-c", questions], { reject: false });
  const version = semver.coerce(stdout);
  if (version === null) return "python3 does not run, or has no venv";
  if (semver.lt(version, oldestPython)) return `python3 is ${version.version}`;
  return exitCode === 0 ? undefined : "python3 has no ensurepip";
}

/**
 * Names everything that is missing at once.
 * @param whoNeeds who needs them, as an error begins: `The set-up needs`.
 * @param programs by the names that a shell finds them by.
 * @param withPython whether a step needs Python, too.
 * @throws {UserError} with the way to get it.
 */
export async function requirePrograms(
  whoNeeds: string,
  programs: readonly string[],
  withPython = false,
): Promise<void> {
  const needed = [...programs.map(program), ...(withPython ? [python] : [])];
  const faults = await Promise.all(needed.map(async ({ name, fault }) => ({ name, fault: await fault() })));
  const missing = faults.flatMap(({ name, fault }) => (fault === undefined ? [] : [`${name} (${fault})`]));
  if (missing.length === 0) return;
  throw new UserError(
    `${whoNeeds} what this machine does not have: ${missing.join("; ")}.`,
    "Install it (Debian and Ubuntu: apt-get install git procps openssh-client python3-venv; macOS: brew install git openssh python), and run the same command again.",
  );
}
