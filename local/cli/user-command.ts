/**
 * The commands of `commands/` on the local platform: with its backend, its AWS and its kubeconfig. `ARGS` takes what stands
 * behind the `--` of `npm run`.
 */
import path from "node:path";
import { execa } from "execa";
import { engineEnvironment, kubeconfigFile } from "../engine/environment.ts";
import { checkout, stateFolder } from "../folders.ts";
import { requirePlatform } from "../platform/start.ts";
import { outlive } from "../product.ts";
import { UserError } from "../user-error.ts";

export function extraArguments(): string[] {
  return (process.env["ARGS"] ?? "").split(/\s+/).filter((arg) => arg !== "");
}

/** `CHECKOUT=../platform`, where somebody has a checkout. */
export function checkoutArguments(): string[] {
  const folder = process.env["CHECKOUT"];
  return folder ? ["--checkout", folder] : [];
}

/** `TO=1.36`, and perhaps `CHECKOUT=../platform`. */
export function upgradeArguments(stack: string): string[] {
  const to = process.env["TO"];
  return [stack, ...(to ? ["--to", to] : []), ...checkoutArguments(), ...extraArguments()];
}

/**
 * A variable without which the command has nothing to work on.
 *
 * @throws {UserError} with the command as it is typed, if it is not set.
 */
export function required(name: string, example: string): string[] {
  const value = process.env[name];
  if (value) return [value];
  throw new UserError(
    `${name} is not set.`,
    `For instance: make ${process.argv[2] ?? ""} ${name}=${example}`,
  );
}

export async function platformEnvironment(): Promise<Record<string, string>> {
  return {
    ...(await engineEnvironment(await requirePlatform(stateFolder), stateFolder)),
    KUBECONFIG: kubeconfigFile(stateFolder),
  };
}

/** Runs a command and takes over its exit code. */
export async function userCommand(name: string, args: readonly string[]): Promise<void> {
  const file = path.join(checkout, "commands", `${name}.ts`);
  const inTerminal = process.stdin.isTTY;
  const running = execa(process.execPath, ["--disable-warning=ExperimentalWarning", file, ...args], {
    cwd: checkout,
    env: await platformEnvironment(),
    stdio: "inherit",
    reject: false,
  });
  const { result } = await outlive(running, inTerminal);
  process.exitCode = result.exitCode ?? 1;
}
