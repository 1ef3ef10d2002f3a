/** Runs a deletion of the provider as the engine would, and shows what it told and what it wrote down. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { OperationContext, Properties, ResourceHandler } from "../../../src/plugin/implementation.ts";
import { Journal } from "../../../src/teardown/journal.ts";
import type { TeardownEvent } from "../../../src/teardown/receipt/events.ts";

export const stack = "sandbox-a";
export const account = "123456789012";

/** A folder for reports, and the operator's variables, until it is closed. */
export class Reports {
  readonly folder = mkdtempSync(path.join(tmpdir(), "sdlc reports-"));
  readonly #before = new Map<string, string | undefined>();

  constructor(choices: Readonly<Record<string, string>> = {}) {
    this.choose({ SDLC_REPORTS: this.folder, SDLC_TEARDOWN_DEADLINE: "10", ...choices });
  }

  /** Sets variables of the environment; an empty one counts as none. */
  choose(choices: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(choices)) {
      if (!this.#before.has(name)) this.#before.set(name, process.env[name]);
      process.env[name] = value;
    }
  }

  get journal(): TeardownEvent[] {
    return new Journal(stack, this.folder).read();
  }

  /** What the journal says of one type of event. */
  facts<T extends TeardownEvent["type"]>(type: T): Extract<TeardownEvent, { type: T }>[] {
    return this.journal.filter((event): event is Extract<TeardownEvent, { type: T }> => event.type === type);
  }

  close(): void {
    for (const [name, value] of this.#before) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
    rmSync(this.folder, { recursive: true });
  }
}

export interface Told {
  readonly status: string[];
  readonly logged: string[];
}

export function contextOf(
  signal: AbortSignal = new AbortController().signal,
): OperationContext<undefined> & { readonly told: Told } {
  const told: Told = { status: [], logged: [] };
  return {
    configuration: undefined,
    urn: "urn",
    name: "test",
    type: "test",
    signal,
    timeoutSeconds: (fallback) => fallback,
    status: (line) => told.status.push(line),
    log: (severity, line) => told.logged.push(`${severity}: ${line}`),
    told,
  };
}

/** Deletes the resource; what it told is there even where it fails. */
export async function destroy(
  handler: ResourceHandler<undefined>,
  inputs: object,
  outputs: object = { account },
  context = contextOf(),
): Promise<Told> {
  await handler.delete(context, {
    id: "test",
    inputs: inputs as Properties,
    outputs: { ...inputs, ...outputs },
  });
  return context.told;
}
