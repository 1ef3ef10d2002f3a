/**
 * `npm run benchmark`: the figures of docs/performance.md, measured on a local platform of its own that is gone afterwards.
 * An argument sets the number of rounds of previews (5).
 */
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";
import { parseDocument } from "yaml";
import { commandRuns } from "./commands.ts";
import { activeToRootReady, pushToApplied } from "./gitops.ts";
import { defaultScale } from "../clock.ts";
import { engineEnvironment } from "../engine/environment.ts";
import { attachProviders, standIns } from "../engine/providers.ts";
import { stackOutputs } from "../engine/outputs.ts";
import { localStackFile } from "../engine/stack-config.ts";
import { checkout } from "../folders.ts";
import { readPlatformInfo, type PlatformInfo } from "../platform/info.ts";
import { stopPlatform } from "../platform/stop.ts";
import { recordedProcesses } from "../process-records.ts";
import { engineFolder } from "../tools/engine.ts";
import { setUpTools } from "../tools/setup.ts";

const stack = "sandbox-a";
const ticketBranch = "TICKET-123-add-keda";
const MiB = 1024;

interface Preview {
  readonly cwd: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = low] =
    sorted.length % 2 === 1 ? [sorted[middle]] : sorted.slice(middle - 1, middle + 1);
  return (low + high) / 2;
}

/** What `make sandbox` runs once the npm packages are there. @throws with its output when it fails. */
async function makeSandbox(stateFolder: string): Promise<void> {
  await execa(process.execPath, [path.join(checkout, "local/cli/main.ts"), "sandbox"], {
    cwd: checkout,
    env: { LOCAL_STATE: stateFolder, LOCAL_SCALE: String(defaultScale), STACK: stack },
  });
}

/** A program without a resource, run by Node in the same way as this project's, in the same backend. */
async function emptyProgram(stateFolder: string, env: Preview["env"]): Promise<Preview> {
  const cwd = path.join(stateFolder, "empty-program");
  await mkdir(cwd, { recursive: true });
  const project = parseDocument(await readFile(path.join(checkout, "Pulumi.yaml"), "utf8"));
  project.set("name", "empty-program");
  project.set("main", "index.ts");
  // The path of this project's own provider, which an empty program has no use for.
  project.delete("plugins");
  await writeFile(path.join(cwd, "Pulumi.yaml"), project.toString());
  await writeFile(path.join(cwd, "package.json"), JSON.stringify({ type: "module" }));
  await writeFile(path.join(cwd, "index.ts"), "export {};\n");
  await symlink(path.join(checkout, "node_modules"), path.join(cwd, "node_modules"));
  const empty = { cwd, args: ["--stack", "empty"], env };
  await pulumi({ ...empty, args: ["stack", "init", "empty", "--no-select"] });
  await pulumi({ ...empty, args: ["up", "--yes", "--skip-preview", "--stack", "empty"] });
  return { ...empty, args: ["preview", ...empty.args] };
}

async function pulumi({ cwd, args, env }: Preview): Promise<void> {
  await execa(path.join(await engineFolder(), "pulumi"), args, { cwd, env });
}

/** Seconds of previews of the sandbox and of an empty program, one after the other in each round. */
async function previews(info: PlatformInfo, stateFolder: string, rounds: number): Promise<[number, number]> {
  const env = await engineEnvironment(info, stateFolder);
  const empty = await emptyProgram(stateFolder, env);
  const seconds: { sandbox: number[]; empty: number[] } = { sandbox: [], empty: [] };
  for (let round = 0; round < rounds; round++) {
    // Attached plugins serve one engine, and then no other; the official ones would be there when asked for.
    const providers = await attachProviders(standIns, env);
    const sandbox = {
      cwd: checkout,
      args: [
        "preview",
        "--expect-no-changes",
        "--stack",
        stack,
        "--config-file",
        localStackFile(stateFolder, stack),
      ],
      env: { ...env, PULUMI_DEBUG_PROVIDERS: providers.debugProviders },
    };
    try {
      seconds.sandbox.push(await secondsOf(() => pulumi(sandbox)));
    } finally {
      await providers.close();
    }
    seconds.empty.push(await secondsOf(() => pulumi(empty)));
  }
  return [median(seconds.sandbox), median(seconds.empty)];
}

/** Resident memory in MiB of everything the platform started, with its children: what two processes share counts twice. */
async function residentMemory(stateFolder: string): Promise<{ count: number; mebibytes: number }> {
  const groups = new Set(
    (await recordedProcesses(stateFolder)).filter(({ alive }) => alive).map(({ pid }) => pid),
  );
  const { stdout } = await execa("ps", ["-A", "-o", "pgid=", "-o", "rss="]);
  const sizes = stdout
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([group = 0]) => groups.has(group))
    .map(([, kibibytes = 0]) => kibibytes);
  return { count: sizes.length, mebibytes: sizes.reduce((sum, size) => sum + size, 0) / MiB };
}

async function largestFile(): Promise<{ name: string; lines: number }> {
  const { stdout } = await execa("git", ["ls-files", "*.ts", "*.py", "*.js"], { cwd: checkout });
  const files = await Promise.all(
    stdout.split("\n").map(async (name) => {
      const text = await readFile(path.join(checkout, name), "utf8").catch(() => "");
      return { name, lines: text.split("\n").length - 1 };
    }),
  );
  return files.reduce((largest, file) => (file.lines > largest.lines ? file : largest));
}

function show(what: string, value: string, target: string): void {
  console.log(`${what.padEnd(50)}  ${value.padEnd(28)}  ${target}`.trimEnd());
}

await setUpTools();
const rounds = Number(process.argv[2] ?? 5);
// With a space in its name, as a checkout may have.
const stateFolder = await mkdtemp(path.join(tmpdir(), "sdlc benchmark-"));
try {
  console.log(
    `${availableParallelism()} cores, Node ${process.version}, scale ${defaultScale}, ${rounds} rounds`,
  );
  const up = await secondsOf(() => makeSandbox(stateFolder));
  show("make sandbox, tools built, with development", `${up.toFixed(1)} s`, "under 60 s");
  const memory = await residentMemory(stateFolder);
  show(
    "platform with two clusters, resident",
    `${memory.mebibytes.toFixed(0)} MiB in ${memory.count} processes`,
    "under 4096 MiB",
  );
  const again = await secondsOf(() => makeSandbox(stateFolder));
  show("make sandbox again, nothing to change", `${again.toFixed(1)} s`, "");
  const info = await readPlatformInfo(stateFolder);
  if (!info) throw new Error(`The platform left no platform.json in ${stateFolder}.`);
  const run = { stateFolder, info, stack };
  const withFlux = (await stackOutputs(run))["fluxVersion"] !== undefined;
  if (withFlux)
    show("cluster ACTIVE to root Kustomization Ready", `${await activeToRootReady(run)} s`, "under 15 s");
  const [sandbox, empty] = await previews(info, stateFolder, rounds);
  show(`pulumi preview of ${stack}, no change, median`, `${sandbox.toFixed(2)} s`, "");
  show("pulumi preview of an empty program, median", `${empty.toFixed(2)} s`, "");
  show("the one by the other", (sandbox / empty).toFixed(2), "at most 3");
  const commands = await commandRuns(info, stateFolder);
  for (const name of ["align", "guard"] as const) {
    const seconds: number[] = [];
    for (let round = 0; round < rounds; round++) seconds.push(await secondsOf(commands[name]));
    show(`make ${name}, median`, `${median(seconds).toFixed(2)} s`, "under 3 s");
  }
  await commands.close();
  // After the previews: with another commit on the branch they would show a change.
  if (withFlux) {
    const applied = await pushToApplied(run, ticketBranch);
    show(
      "commit on the ticket branch, until applied",
      `${applied.toFixed(1)} s`,
      "at most 65 s (interval 60 s)",
    );
  }
  const { name, lines } = await largestFile();
  show("largest file", `${lines} lines (${name})`, "at most 400 lines");
} finally {
  await stopPlatform(stateFolder);
  await rm(stateFolder, { recursive: true, force: true });
}
