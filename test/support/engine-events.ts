/** Reads the engine's event log: what was done to which resource, and when. */
import { readFile } from "node:fs/promises";

export interface Step {
  readonly operation: string;
  /** Type and name of the resource, such as `aws:eks/addon:Addon sandbox-a-base-vpc-cni`. */
  readonly resource: string;
  readonly type: string;
  readonly name: string;
  /** Position in the log at which the step began. */
  readonly began: number;
  /** Position at which it was done; undefined if it never was. */
  readonly ended: number | undefined;
}

interface StepMetadata {
  readonly op: string;
  readonly urn: string;
  readonly type: string;
}

interface EngineEvent {
  readonly resourcePreEvent?: { readonly metadata: StepMetadata };
  readonly resOutputsEvent?: { readonly metadata: StepMetadata };
  readonly summaryEvent?: { readonly resourceChanges: Readonly<Record<string, number>> };
}

async function readEvents(eventLog: string): Promise<EngineEvent[]> {
  const lines = (await readFile(eventLog, "utf8")).trim().split("\n");
  return lines.map((line) => JSON.parse(line) as EngineEvent);
}

export async function readSteps(eventLog: string): Promise<Step[]> {
  const events = await readEvents(eventLog);
  return events.flatMap(({ resourcePreEvent }, began) => {
    if (!resourcePreEvent) return [];
    const { op, urn, type } = resourcePreEvent.metadata;
    const ended = events.findIndex(
      ({ resOutputsEvent }, index) =>
        index > began && resOutputsEvent?.metadata.urn === urn && resOutputsEvent.metadata.op === op,
    );
    const name = urn.split("::").at(-1) ?? "";
    return [
      { operation: op, resource: `${type} ${name}`, type, name, began, ended: ended < 0 ? undefined : ended },
    ];
  });
}

/** How many resources were created, updated, left the same and so on. */
export async function readChanges(eventLog: string): Promise<Readonly<Record<string, number>>> {
  const summary = (await readEvents(eventLog)).find(({ summaryEvent }) => summaryEvent);
  return summary?.summaryEvent?.resourceChanges ?? {};
}

/** Fails unless every step that `first` chooses was done before any that `second` chooses began. */
export function assertOrder(
  steps: readonly Step[],
  first: (step: Step) => boolean,
  second: (step: Step) => boolean,
): void {
  const earlier = steps.filter(first);
  const later = steps.filter(second);
  if (earlier.length === 0 || later.length === 0) {
    throw new Error(`nothing to compare: ${earlier.length} steps before, ${later.length} after`);
  }
  for (const one of earlier) {
    for (const other of later) {
      if (one.ended === undefined || one.ended > other.began) {
        throw new Error(`${other.resource} began before ${one.resource} was done`);
      }
    }
  }
}
