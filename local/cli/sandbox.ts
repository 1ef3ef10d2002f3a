/** `make sandbox`: tools, platform, development, then the stack, then what a person wants to know of it. */
import { existsSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import path from "node:path";
import { stateFolder } from "../folders.ts";
import { runEngine, type EngineRun } from "../engine/run.ts";
import { sandboxTemplate, stackFile } from "../engine/stack-config.ts";
import { stackOutputs } from "../engine/outputs.ts";
import { ensurePlatform } from "../platform/start.ts";
import type { PlatformInfo } from "../platform/info.ts";
import { load } from "../product.ts";
import { setUpTools } from "../tools/setup.ts";
import { UserError } from "../user-error.ts";
import { recordBaseline } from "./baseline.ts";
import { writeContext } from "./kubeconfig.ts";
import { clusterFacts, printSummary } from "./summary.ts";

export async function sandbox(stack: string): Promise<void> {
  const environment = (await load.stackName()).environmentOf(stack);
  await setUpTools();
  const started = Date.now();
  const info = await ensurePlatform(stateFolder);
  if (environment === "sandbox") {
    await ensureStackFile(stack);
    await ensureDevelopment(info);
  }
  await up({ stateFolder, info, stack });
  await printSummary({ stateFolder, info, stack }, Math.round((Date.now() - started) / 1000));
}

async function ensureStackFile(stack: string): Promise<void> {
  if (existsSync(stackFile(stack))) return;
  console.log(
    `There is no Pulumi.${stack}.yaml yet; making it from stacks/${path.basename(sandboxTemplate)}.`,
  );
  await copyFile(sandboxTemplate, stackFile(stack));
}

async function ensureDevelopment(info: PlatformInfo): Promise<void> {
  const development = { stateFolder, info, stack: "development" };
  const outputs = await stackOutputs(development);
  if (outputs["clusterName"] !== undefined) return;
  console.log("Bringing up development first: sandboxes take their versions from it.");
  await up(development);
}

async function up(run: EngineRun): Promise<void> {
  await recordBaseline(run.info, run.stateFolder, run.stack);
  const { exitCode, interrupted } = await runEngine(run, "up");
  if (exitCode !== 0) {
    const how = interrupted ? "was interrupted" : "failed; the reason is in its output above";
    throw new UserError(
      `pulumi up of ${run.stack} ${how}.`,
      `${interrupted ? "Run" : "Mend it and run"} make sandbox STACK=${run.stack} again: it goes on where this stopped. Or take it away: make destroy STACK=${run.stack}.`,
    );
  }
  const facts = await clusterFacts(run);
  if (facts) await writeContext(run, facts.clusterName, facts.region);
}
