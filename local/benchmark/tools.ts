/**
 * What each build of the Go programs takes, one after the other from nothing, in folders that are gone afterwards:
 * `node --disable-warning=ExperimentalWarning local/benchmark/tools.ts`. Names of builds as arguments: only these.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";
import { cacheFolder } from "../folders.ts";
import { goBuilds } from "../tools/catalogue.ts";
import { buildGoPrograms } from "../tools/go-build.ts";

const [, program = "", ...names] = process.argv;

/** Processor seconds of all that a shell has waited for, from the second line of its `times`: "1m2.5s 0m3.1s". */
function processorSeconds(times: string): number {
  const line = times.trim().split("\n").at(-1) ?? "";
  return [...line.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds),
    0,
  );
}

async function measure(folder: string): Promise<void> {
  const chosen = goBuilds.filter(({ name }) => names.length === 0 || names.includes(name));
  const env = { SDLC_CACHE: path.join(folder, "cache"), GOCACHE: path.join(folder, "go"), BUILD: "" };
  console.log("| Build | Programs | Time | Processor time |\n| --- | --- | --- | --- |");
  for (const { name, programs } of chosen) {
    const started = Date.now();
    const command = [process.execPath, "--disable-warning=ExperimentalWarning", program];
    const { stdout } = await execa("sh", ["-ec", '"$@"; times', "sh", ...command], {
      env: { ...env, BUILD: name },
    });
    const seconds = Math.round((Date.now() - started) / 1000);
    const tools = programs.map((tool) => tool.name).join(", ");
    console.log(`| ${name} | ${tools} | ${seconds} s | ${Math.round(processorSeconds(stdout))} s |`);
  }
}

async function build(name: string): Promise<void> {
  const found = goBuilds.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`The catalogue has no build ${name}.`);
  await buildGoPrograms(found, found.programs, path.join(cacheFolder, "build"), new AbortController().signal);
}

const one = process.env["BUILD"] ?? "";
if (one !== "") {
  await build(one);
} else {
  const folder = await mkdtemp(path.join(tmpdir(), "tools-"));
  try {
    await measure(folder);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
