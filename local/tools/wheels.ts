/**
 * Go and kubectl: the user's own where they are new enough, else those that a Python wheel brings, so that Python is all that
 * a machine has to have for them.
 */
import { readFileSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";
import semver from "semver";
import which from "which";
import { cacheFolder } from "../folders.ts";

export type WheelProgram = "go" | "kubectl";

interface Wheel {
  /** Where the program is in what pip installs. */
  readonly program: string;
  /** Usual time of the installation, in seconds. */
  readonly usualSeconds: number;
  /** Whether the user's own will do. */
  fits(program: string): Promise<boolean>;
}

const wheels: Readonly<Record<WheelProgram, Wheel>> = {
  go: { program: path.join("go", "bin", "go"), usualSeconds: 15, fits: goFits },
  kubectl: { program: path.join("bin", "kubectl"), usualSeconds: 5, fits: kubectlFits },
};

/** The oldest that fetches the Go that a module asks for, and the newest that any module of the catalogue asks for. */
const oldestGo = { fetching: "1.21.0", asItIs: "1.26.0" };

async function goFits(program: string): Promise<boolean> {
  // Outside any module, whose go.mod may ask for another Go.
  const options = { cwd: tmpdir(), env: { GOWORK: "off" }, reject: false } as const;
  const { stdout } = await execa(program, ["env", "GOVERSION", "GOTOOLCHAIN"], options);
  const [version, toolchain] = stdout.split("\n");
  return isAtLeast(version, toolchain?.trim() === "local" ? oldestGo.asItIs : oldestGo.fetching);
}

/** The oldest that the tests were run with. */
const oldestKubectl = "1.32.0";

async function kubectlFits(program: string): Promise<boolean> {
  const { stdout } = await execa(program, ["version", "--client"], { reject: false });
  return isAtLeast(/^Client Version: (\S+)/m.exec(stdout)?.[1], oldestKubectl);
}

function isAtLeast(text: string | undefined, oldest: string): boolean {
  const version = semver.coerce(text);
  return version !== null && semver.gte(version, oldest);
}

const found = new Map<string, Promise<string | undefined>>();

/** The user's own, if it is new enough. */
export async function ownProgram(name: WheelProgram): Promise<string | undefined> {
  const program = await which(name, { nothrow: true });
  if (program === null) return undefined;
  // Asking takes Go a moment, and each module that is read would ask again.
  const asked = found.get(program) ?? wheels[name].fits(program).then((fits) => (fits ? program : undefined));
  found.set(program, asked);
  return asked;
}

const requirements = (name: WheelProgram): string =>
  path.join(import.meta.dirname, `${name}.requirements.txt`);

function wheelFolder(name: WheelProgram): string {
  const [, distribution = name, version = ""] =
    /^(\S+)==(\S+)/m.exec(readFileSync(requirements(name), "utf8")) ?? [];
  return path.join(cacheFolder, "tools", `${distribution}-${version}`);
}

/** Where the wheel's program is, or will be. */
export const wheelProgram = (name: WheelProgram): string =>
  path.join(wheelFolder(name), wheels[name].program);

/** The program to run. */
export async function programPath(name: WheelProgram): Promise<string> {
  return (await ownProgram(name)) ?? wheelProgram(name);
}

export const wheelUsualSeconds = (name: WheelProgram): number => wheels[name].usualSeconds;

/** Installs the wheel's program, which appears only when it is complete. @throws with pip's own message. */
export async function installWheel(
  name: WheelProgram,
  workFolder: string,
  cancelSignal: AbortSignal,
): Promise<void> {
  const folder = path.join(workFolder, `${name}-wheel`);
  const environment = path.join(folder, "pip");
  const target = path.join(folder, "programs");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  // The pip of the machine may be absent, or be kept from installing anything.
  await execa("python3", ["-m", "venv", environment], { cancelSignal });
  const pinned = [
    "--no-deps",
    "--require-hashes",
    "--only-binary=:all:",
    "--requirement",
    requirements(name),
  ];
  const install = ["install", "--quiet", "--no-compile", "--target", target, ...pinned];
  await execa(path.join(environment, "bin", "pip"), install, { cancelSignal });
  await mkdir(path.dirname(wheelFolder(name)), { recursive: true });
  await rm(wheelFolder(name), { recursive: true, force: true });
  await rename(target, wheelFolder(name));
}
