/** One scenario, from the `up` to the question what is left. */
import { whereItIs } from "../../local/cli/left.ts";
import { forgetBaseline } from "../../local/cli/baseline.ts";
import { pulumiQuiet } from "../../local/engine/run.ts";
import type { TestPlatform } from "../support/test-platform.ts";
import { clearAway, deleteVolumes } from "./clear-away.ts";
import { leftOf, type Before } from "./leftovers.ts";
import { watchedDestroy, type WatchedDestroy, type WatchedResult } from "./progress.ts";
import { Sandbox, sandboxName } from "./sandbox.ts";
import type { Destroying, Scenario, Way } from "./scenario.ts";
import { baselinePatience, destroyPlain } from "./ways/plain.ts";
import { destroyPublished } from "./ways/published.ts";

/** Seconds without progress after which a destroy by the product has failed. */
const productPatience = 240;

export interface Outcome {
  readonly clean: boolean;
  /** Whether the fault was there and the destroy began. */
  readonly begun: boolean;
  /** `clean`, `stopped, then clean`, or what went wrong in a line. */
  readonly result: string;
  /** Of the drain; undefined where nothing was drained. */
  readonly waves: number | undefined;
  /** Of all destroys together. */
  readonly seconds: number;
  /** What the engine and the scenario said, for who wants to know why. */
  readonly log: string;
}

class Course {
  readonly #started = Date.now();
  readonly #lines: string[] = [];
  seconds = 0;

  say(line: string): void {
    this.#lines.push(`${((Date.now() - this.#started) / 1000).toFixed(1)} s  ${line}`);
  }

  async timed<T>(work: () => Promise<T>): Promise<T> {
    const started = Date.now();
    return work().finally(() => {
      this.seconds += (Date.now() - started) / 1000;
    });
  }

  get log(): string {
    return this.#lines.join("\n");
  }
}

export async function runScenario(platform: TestPlatform, scenario: Scenario, way: Way): Promise<Outcome> {
  const sandbox = new Sandbox(platform, sandboxName(scenario, way), scenario.settings);
  const course = new Course();
  let result: string;
  let clean = false;
  let begun = false;
  try {
    await sandbox.up(scenario.files);
    course.say("the sandbox is up");
    await scenario.plant(sandbox);
    await scenario.present(sandbox);
    course.say("the fault is there");
    const before: Before = {
      place: await whereItIs(sandbox.run),
      ticketCommits: await sandbox.repository.commits(sandbox.ticketBranch),
    };
    begun = true;
    result =
      way === "product"
        ? await destroyByProduct(sandbox, scenario, before, course)
        : await destroyByBaseline(sandbox, scenario, before, way, course);
    clean = true;
    await deleteVolumes(sandbox);
    await forget(sandbox);
  } catch (error) {
    result = firstLine(error);
    course.say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    await clearAway(sandbox).catch((failure: unknown) => {
      course.say(`what is left could not be cleared away: ${String(failure)}`);
    });
  }
  const waves = wavesOf(sandbox);
  return { clean, begun, result, waves, seconds: Math.round(course.seconds), log: course.log };
}

async function destroyByProduct(
  sandbox: Sandbox,
  scenario: Scenario,
  before: Before,
  course: Course,
): Promise<string> {
  const { stops, meanwhile, choices, repeats } = scenario;
  const during = meanwhile && ((destroying: Destroying) => meanwhile(sandbox, destroying));
  const destroy = async (what: Omit<WatchedDestroy, "patience">): Promise<WatchedResult> => {
    const ended = await course.timed(() =>
      watchedDestroy(sandbox, { ...what, drains: true, patience: productPatience }),
    );
    course.say(`pulumi destroy ended with ${ended.exitCode}:\n${ended.output}`);
    if (ended.hung !== undefined) throw new Error(`it got nowhere for ${ended.hung} s`);
    return ended;
  };

  let engine = await destroy({ choices, meanwhile: during });
  while (repeats === true && engine.killed) engine = await destroy({ choices, meanwhile: during });
  if (stops !== undefined) {
    if (engine.exitCode === 0) throw new Error("it should have stopped, and did not");
    for (const part of stops.says) {
      if (!part.test(engine.output)) throw new Error(`its error does not say ${String(part)}`);
    }
    const more = await stops.remedy(sandbox);
    course.say("the remedy is applied");
    engine = await destroy({ choices: { ...choices, ...more } });
  }
  if (engine.exitCode !== 0) throw new Error(`it failed: ${reason(engine.output)}`);

  const leftovers = await leftOf(sandbox, before, true);
  requireNothingLeft(leftovers.left);
  const kept = leftovers.kept.map(({ id }) => id).sort();
  const expected = [...(scenario.keeps?.(sandbox) ?? [])].sort();
  if (kept.join() !== expected.join()) {
    throw new Error(
      `it kept ${kept.join(", ") || "nothing"} on purpose, and not ${expected.join(", ") || "nothing"}`,
    );
  }
  await scenario.check?.(sandbox, { engine, leftovers, events: sandbox.events() });
  return stops === undefined ? "clean" : "stopped, then clean";
}

async function destroyByBaseline(
  sandbox: Sandbox,
  { meanwhile }: Scenario,
  before: Before,
  way: Exclude<Way, "product">,
  course: Course,
): Promise<string> {
  const destroy = way === "plain" ? destroyPlain : destroyPublished;
  const during = meanwhile && ((destroying: Destroying) => meanwhile(sandbox, destroying));
  let engine = await course.timed(() => destroy(sandbox, during));
  if (engine.killed) {
    course.say("it was killed, and is run again");
    engine = await course.timed(() => watchedDestroy(sandbox, { patience: baselinePatience }));
  }
  course.say(`it ended with ${engine.exitCode}:\n${engine.output}`);
  if (engine.hung !== undefined) throw new Error(`hangs: ${reason(engine.output)}`);
  if (engine.exitCode !== 0) throw new Error(`fails: ${reason(engine.output)}`);
  requireNothingLeft((await leftOf(sandbox, before, false)).left);
  return "clean";
}

function requireNothingLeft(left: readonly { readonly type: string; readonly id: string }[]): void {
  if (left.length === 0) return;
  const types = [...new Set(left.map(({ type }) => type))];
  const counted = types.map((type) => `${left.filter((one) => one.type === type).length} ${type}`);
  throw new Error(`leaves ${counted.join(", ")}`);
}

/** The first error of the engine's report, on one line; of an engine that was ended, what it still waited for. */
function reason(output: string): string {
  const lines = output.split("\n").map((line) => line.trim());
  const report = lines.slice(lines.indexOf("Diagnostics:") + 1);
  const error = report.find((line) => /^error: (?!update failed)/.test(line));
  const waiting = lines.findLast((line) => line.includes(" deleting ") && line.includes("waiting for"));
  const last = lines.findLast((line) => line !== "") ?? "";
  return (error ?? waiting ?? last).replace(/^(error: |-\s+)/, "").slice(0, 300);
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
}

/** The most waves that a run had before it; what a rerun had left to do is less. */
function wavesOf(sandbox: Sandbox): number | undefined {
  const planned = sandbox.events().flatMap((event) => (event.type === "planned" ? [event.waves.length] : []));
  return planned.length === 0 ? undefined : Math.max(...planned);
}

async function forget({ run }: Sandbox): Promise<void> {
  await pulumiQuiet(run, ["stack", "rm", run.stack, "--yes", "--preserve-config"]);
  await forgetBaseline(run.stateFolder, run.stack);
}
