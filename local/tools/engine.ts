/** Which Pulumi engine runs the program: the user's own where there is one, else the one that was built. */
import path from "node:path";
import { execa } from "execa";
import semver from "semver";
import which from "which";
import { toolPath } from "./catalogue.ts";

/** The oldest engine that the program's SDK was tried with. */
const oldest = "3.200.0";

/** The user's own `pulumi`, if it is new enough and brings its language host. */
export async function engineOnPath(): Promise<string | undefined> {
  const program = await which("pulumi", { nothrow: true });
  const host = await which("pulumi-language-nodejs", { nothrow: true });
  if (program === null || host === null) return undefined;
  const { stdout } = await execa(program, ["version"], { reject: false });
  return semver.valid(stdout.trim()) && semver.gte(stdout.trim(), oldest) ? program : undefined;
}

/** Folder of the engine and its language host. */
export async function engineFolder(): Promise<string> {
  return path.dirname((await engineOnPath()) ?? toolPath("pulumi"));
}
