/** What the commands take that somebody waits for before a decision: each as it is typed, from make to its end. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { checkout } from "../folders.ts";
import { engineerGit, platformRepository } from "../internet/engineer-git.ts";
import type { PlatformInfo } from "../platform/info.ts";

export interface CommandRuns {
  readonly align: () => Promise<unknown>;
  readonly guard: () => Promise<unknown>;
  readonly close: () => Promise<void>;
}

/** On the stacks of a platform, and on a checkout of its GitOps repository in which one file is new. */
export async function commandRuns(info: PlatformInfo, stateFolder: string): Promise<CommandRuns> {
  const folder = await mkdtemp(path.join(stateFolder, "checkout-"));
  await execa("git", ["clone", "--quiet", platformRepository, folder], { env: engineerGit(info) });
  const namespace = "apiVersion: v1\nkind: Namespace\nmetadata: { name: tried }\n";
  await writeFile(path.join(folder, "platform", "configs", "tried.yaml"), namespace);
  const make = (...args: string[]) =>
    execa("make", args, { cwd: checkout, env: { LOCAL_STATE: stateFolder } });
  return {
    align: () => make("align"),
    guard: () => make("guard", `CHECKOUT=${folder}`),
    close: () => rm(folder, { recursive: true, force: true }),
  };
}
