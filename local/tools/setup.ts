/** Builds or finds every tool of the local platform, once per machine. */
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { freemem } from "node:os";
import path from "node:path";
import { Listr } from "listr2";
import { cacheFolder } from "../folders.ts";
import { goTools, toolPath, type GoTool } from "./catalogue.ts";
import { engineOnPath } from "./engine.ts";
import { buildGoTool } from "./go-build.ts";
import { installPython, pythonReady, pythonUsualSeconds } from "./python.ts";
import { takesGoTool, takesPython, type Tools } from "./selection.ts";
import { setUpFailure } from "./setup-failure.ts";

const GiB = 1024 ** 3;
/** Memory that the largest Go build takes while it links, in GiB. */
const buildMemory = 4;
/** Seconds between two signs of life of a step. */
const heartbeat = 20;

interface Step {
  readonly title: string;
  readonly usualSeconds: number;
  run(signal: AbortSignal): Promise<void>;
}

/** This run's own, because another may build at the same time. */
const workFolder = path.join(cacheFolder, "build", String(process.pid));

async function missingSteps(purposes: readonly Tools[]): Promise<Step[]> {
  const foundEngine = await engineOnPath();
  const engineTools = new Set(foundEngine ? ["pulumi", "pulumi-language-nodejs"] : []);
  const go = goTools
    .filter(({ name }) => takesGoTool(purposes, name))
    .filter(({ name }) => !engineTools.has(name) && !existsSync(toolPath(name)))
    .map((tool) => goStep(tool));
  const python = {
    title: "install moto and the aws CLI",
    usualSeconds: pythonUsualSeconds,
    run: installPython,
  };
  return pythonReady() || !takesPython(purposes) ? go : [python, ...go];
}

function goStep(tool: GoTool): Step {
  return {
    title: `build ${tool.name} ${tool.version}`,
    usualSeconds: tool.usualSeconds,
    run: (signal) => buildGoTool(tool, workFolder, toolPath(tool.name), signal),
  };
}

/**
 * Makes the tools that are missing, side by side where memory allows; what was made before stays, so a rerun
 * goes on where an earlier one stopped.
 * @param purposes what the tools are for; everything if left out.
 * @throws {UserError} that names the tool, the cause and the remedy.
 */
export async function setUpTools(purposes: readonly Tools[] = ["everything"]): Promise<void> {
  const steps = await missingSteps(purposes);
  if (steps.length === 0) return;
  const total = Math.ceil(steps.reduce((sum, step) => sum + step.usualSeconds, 0) / 60);
  console.log(
    `Setting up ${steps.length} tools in ${cacheFolder}; from nothing this usually takes ${total} min.`,
  );
  // A step that goes on after another failed would keep the command, whose error is shown already, from ending.
  const failed = new AbortController();
  const width = Math.max(1, Math.min(2, Math.floor(freemem() / GiB / buildMemory)));
  const work = new Listr(
    steps.map((step) => ({
      title: `${step.title} (usually ${step.usualSeconds} s)`,
      task: async (_context, task) => {
        const started = Date.now();
        const timer = setInterval(() => {
          task.output = `${step.title}: ${Math.round((Date.now() - started) / 1000)} s of usually ${step.usualSeconds} s`;
        }, heartbeat * 1000);
        try {
          await step.run(failed.signal);
        } catch (error) {
          failed.abort();
          throw setUpFailure(step.title, error);
        } finally {
          clearInterval(timer);
        }
      },
    })),
    { concurrent: width, exitOnError: true, rendererOptions: { showErrorMessage: false } },
  );
  await work.run().finally(() => rm(workFolder, { recursive: true, force: true, maxRetries: 3 }));
}
