/** A drain of a test cluster: the real one, with what AWS would answer said by the test. */
import type { TeardownFact } from "../../../src/teardown/receipt/events.ts";
import type { OperatorChoices } from "../../../src/teardown/operator-choices.ts";
import { ClusterApi } from "../../../src/kubernetes/api.ts";
import type { DrainContext } from "../../../src/teardown/drain/context.ts";
import { drainCluster } from "../../../src/teardown/drain/drain.ts";
import type { Answer, Held, HeldInAws, KeptInAws } from "../../../src/teardown/drain/held-in-aws.ts";
import { Watches } from "../../../src/teardown/drain/watches.ts";

export interface DrainOptions {
  readonly onStuck?: OperatorChoices["onStuck"];
  readonly deadlineSeconds?: number;
  readonly aws?: Partial<HeldInAws>;
  /** Called with each event when it is written; it may abort. */
  readonly onEvent?: (event: TeardownFact, abort: () => void) => void;
}

export interface Drained {
  readonly events: readonly TeardownFact[];
  readonly warnings: readonly string[];
  readonly lines: readonly string[];
  readonly kept: readonly KeptInAws[];
  /** Volumes, in the order in which they were released. */
  readonly released: readonly string[];
  readonly requests: number;
  readonly error: Error | undefined;
}

/** Resolves whether or not the drain succeeded. */
export async function runDrain(kubeconfig: string, options: DrainOptions = {}): Promise<Drained> {
  const { onStuck = "stop", deadlineSeconds = 120, aws = {}, onEvent } = options;
  const aborting = new AbortController();
  const api = new ClusterApi(kubeconfig, aborting.signal);
  const watches = new Watches(api);
  const [events, warnings, lines, kept]: [TeardownFact[], string[], string[], KeptInAws[]] = [[], [], [], []];
  const released: string[] = [];
  const context: DrainContext = {
    subject: {
      stack: "sandbox-t",
      environment: "sandbox",
      region: "eu-west-1",
      clusterName: "sandbox-t",
      stackTag: { key: "sdlc:stack", value: "sandbox-t" },
      clusterArn: "arn:aws:eks:eu-west-1:123456789012:cluster/sandbox-t",
    },
    choices: { teardown: "run", onStuck, deadlineSeconds },
    api,
    watches,
    aws: {
      ask: aws.ask ?? ((held) => Promise.resolve(held.map(answerOfNothing))),
      keep:
        aws.keep ??
        ((things) => {
          kept.push(...things);
          return Promise.resolve();
        }),
      release:
        aws.release ??
        ((ids) => {
          released.push(...ids);
          return Promise.resolve();
        }),
    },
    journal: {
      append: (event) => {
        events.push(event);
        onEvent?.(event, () => {
          aborting.abort();
        });
      },
    },
    status: (line) => lines.push(line),
    warn: (line) => warnings.push(line),
    signal: aborting.signal,
  };
  let error: Error | undefined;
  try {
    await drainCluster(context);
  } catch (thrown) {
    error = thrown as Error;
  } finally {
    await watches.stop();
    api.close();
  }
  return { events, warnings, lines, kept, released, requests: api.requests, error };
}

/** Of an account that holds nothing any more. */
function answerOfNothing(held: Held): Answer {
  const { ask } = held.holding;
  return ask.by === "nobody" ? { held, is: "not-known", why: ask.why } : { held, is: "gone" };
}

/** Where in the journal an object was asked to go, or was gone. */
export function moment({ events }: Drained, type: "deleting" | "gone", id: string): number {
  return events.findIndex((event) => event.type === type && event.id === id);
}
