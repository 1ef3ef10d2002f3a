/** The provider stand-ins of one engine run; official plugins that are installed take their place. */
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

/** Which of the stand-ins to attach, by `LOCAL_PROVIDERS`: `official`, or `aws=official,eks=local`. */
export function chooseStandIns(choice: string | undefined, installed: (name: StandIn) => boolean): StandIn[] {
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
  return standIns.filter((name) => {
    const kind = wanted.get(name) ?? wanted.get("*");
    return kind === undefined ? !installed(name) : kind === "local";
  });
}

/** Whether the plugin that belongs to the SDK in node_modules is installed for Pulumi. */
export function officialInstalled(name: StandIn): boolean {
  const manifest = path.join(checkout, "node_modules", "@pulumi", name, "package.json");
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
  const home = process.env["PULUMI_HOME"] ?? path.join(homedir(), ".pulumi");
  return existsSync(path.join(home, "plugins", `resource-${name}-v${version}`));
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
