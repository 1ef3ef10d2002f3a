/** The engine's event log, from which tests read what was done to which resource, and in which order. */
import { readFile, writeFile } from "node:fs/promises";

interface LoggedEvent {
  readonly diagnosticEvent?: { readonly severity?: string };
}

/**
 * Takes the debug messages out: in them Pulumi's SDK writes every answer of a provider, secrets in clear, where
 * the events themselves hold them encrypted or masked.
 */
export function withoutDebugMessages(log: string): string {
  const kept = log.split("\n").filter((line) => {
    const event = parseEvent(line);
    return event !== undefined && event.diagnosticEvent?.severity !== "debug";
  });
  return kept.map((line) => `${line}\n`).join("");
}

/** Undefined for what is no event, such as the end of a log whose engine was killed while it wrote. */
function parseEvent(line: string): LoggedEvent | undefined {
  try {
    return JSON.parse(line) as LoggedEvent;
  } catch {
    return undefined;
  }
}

/** Cleans the log of a run that has ended; a run that never began has none. */
export async function cleanEventLog(file: string): Promise<void> {
  const log = await readFile(file, "utf8").catch(() => "");
  await writeFile(file, withoutDebugMessages(log), { mode: 0o600 });
}
