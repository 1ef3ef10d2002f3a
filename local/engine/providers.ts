/** The provider stand-ins of one engine run, or the official plugins in their place where somebody asks for them. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { checkout } from "../folders.ts";
import { UserError } from "../user-error.ts";

export const standIns = ["aws", "eks", "github", "kubernetes"] as const;
export type StandIn = (typeof standIns)[number];

/**
 * Which of the stand-ins to attach, by `LOCAL_PROVIDERS`: `official`, or `aws=official,eks=local`. Left out means all of
 * them, so that a run does not depend on what happens to be installed.
 */
export function chooseStandIns(choice: string | undefined): StandIn[] {
  const wanted = new Map<string, string>();
  for (const part of (choice ?? "").split(",").filter((text) => text !== "")) {
    const [name, kind] = part.includes("=") ? part.split("=", 2) : ["*", part];
    if (
      (kind !== "official" && kind !== "local") ||
      (name !== "*" && !standIns.some((known) => known === name))
    ) {
      throw new UserError(
        `LOCAL_PROVIDERS has ${JSON.stringify(part)}, which is no choice of a provider.`,
        `Write official, local, or a list such as ${standIns.map((known) => `${known}=official`).join(",")}.`,
      );
    }
    wanted.set(name ?? "*", kind);
  }
  return standIns.filter((name) => (wanted.get(name) ?? wanted.get("*") ?? "local") === "local");
}

/**
 * What the official EKS plugin needs besides itself: it makes the cluster's Kubernetes provider by its own SDK, of the exact
 * version in nodejs/eks/package.json of pulumi-eks. All that it makes and asks of AWS goes by the program's provider, so that
 * the version of @pulumi/aws beside it there (7.25.0) needs no plugin.
 */
export const neededByEks = { eks: "4.3.0", kubernetes: "4.19.0" } as const;

/** Version of an SDK in node_modules, which is that of its plugin. */
export function sdkVersion(name: StandIn): string {
  const manifest = path.join(checkout, "node_modules", "@pulumi", name, "package.json");
  return (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version;
}

/** @throws {UserError} that names every plugin that is to be used and is not installed, with the commands that install them. */
export function requireOfficial(names: readonly StandIn[]): void {
  const home = process.env["PULUMI_HOME"] ?? path.join(homedir(), ".pulumi");
  const wanted = names.map((name) => ({ name, version: sdkVersion(name), why: "the program's SDK" }));
  // A stand-in is attached by its name, whatever the version that is asked for.
  if (names.includes("eks") && names.includes("kubernetes"))
    wanted.push({ name: "kubernetes", version: neededByEks.kubernetes, why: "the EKS plugin's own SDK" });
  const missing = wanted.filter(
    ({ name, version }) => !existsSync(path.join(home, "plugins", `resource-${name}-v${version}`)),
  );
  if (missing.length === 0) return;
  throw new UserError(
    `LOCAL_PROVIDERS asks for official plugins that are not installed: ${missing
      .map(({ name, version, why }) => `${name} ${version} (of ${why})`)
      .join(", ")}.`,
    `Install them: ${missing
      .map(({ name, version }) => `pulumi plugin install resource ${name} ${version}`)
      .join(" && ")}; or take the stand-ins, with LOCAL_PROVIDERS=local.`,
  );
}

export interface AttachedProviders {
  /** Value of PULUMI_DEBUG_PROVIDERS. */
  readonly debugProviders: string;
  close(): Promise<void>;
}

/**
 * Starts a set of stand-ins in a process of their own. They end with this process, whatever happens to it:
 * their standard input closes.
 */
export async function attachProviders(
  names: readonly StandIn[],
  environment: Readonly<Record<string, string>>,
): Promise<AttachedProviders> {
  if (names.length === 0) return { debugProviders: "", close: () => Promise.resolve() };
  const child = spawn(process.execPath, [path.join(checkout, "local/providers/host.ts"), ...names], {
    stdio: ["pipe", "pipe", "inherit"],
    // Ctrl-C is for the engine, which still needs its providers while it stops.
    detached: true,
    env: { ...process.env, ...environment },
  });
  const line = once(createInterface(child.stdout), "line") as Promise<[string]>;
  const ended = once(child, "exit");
  const [debugProviders] = await Promise.race([
    line,
    ended.then(() => {
      throw new UserError(
        `The provider stand-ins ${names.join(", ")} ended before they listened.`,
        "Read their output above; `npm run check` finds what does not compile.",
      );
    }),
  ]);
  return {
    debugProviders,
    close: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
