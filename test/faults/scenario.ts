/** A case of a destroy that goes wrong elsewhere, as something that can be made, shown to be there, and survived. */
import type { Leftovers } from "../../local/cli/left.ts";
import type { EngineResult } from "../../local/engine/run.ts";
import type { TeardownEvent } from "../../src/teardown/receipt/events.ts";
import type { RepositoryFiles } from "./repository.ts";
import type { Sandbox } from "./sandbox.ts";

/** Variables of the environment in which the destroy runs. */
export type Choices = Readonly<Record<string, string>>;

export interface Scenario {
  readonly number: number;
  /** What is wrong, in a few words. */
  readonly title: string;
  /** Of the stack, beside those that all scenarios have. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** On the ticket branch before the `up`. */
  readonly files?: (sandbox: Sandbox) => RepositoryFiles;
  /** What a person or an accident does after the `up`. */
  readonly plant: (sandbox: Sandbox) => Promise<void>;
  /** @throws {Error} unless the fault is there: a destroy that never met it has proved nothing. */
  readonly present: (sandbox: Sandbox) => Promise<void>;
  /** What happens while the destroy runs. It goes on when the destroy ends, and is then told so by the signal. */
  readonly meanwhile?: (sandbox: Sandbox, destroy: Destroying) => Promise<void>;
  /** Whether a destroy that was killed is run again, and killed again, until one ends by itself. */
  readonly repeats?: boolean;
  /** Whether it changes the account for whoever uses it: no other scenario may run meanwhile. */
  readonly alone?: boolean;
  readonly choices?: Choices;
  /** For a case whose right end is to stop first; absent where the first destroy has to be the last. */
  readonly stops?: Stop;
  /** Id of what is kept on purpose. */
  readonly keeps?: (sandbox: Sandbox) => readonly string[];
  /** @throws {Error} if the destroy was clean in another way than it should have been. */
  readonly check?: (sandbox: Sandbox, clean: CleanDestroy) => void | Promise<void>;
}

export interface Stop {
  /** All of it has to be in the error: the object, the finalizer, the controller, the remedy. */
  readonly says: readonly RegExp[];
  /** What the error asks for; returns what it asks to be set in the environment. */
  readonly remedy: (sandbox: Sandbox) => Promise<Choices>;
}

/** A destroy that runs. */
export interface Destroying {
  readonly ended: AbortSignal;
  /** What the teardown has written down so far. */
  readonly events: () => readonly TeardownEvent[];
  /** Whether the first deletion has begun: in the cluster, where the cluster is drained. */
  readonly deletes: () => Promise<boolean>;
  /** Kills the engine at once, as a machine does that loses its power. */
  readonly kill: () => void;
}

export interface CleanDestroy {
  /** Of the last destroy. */
  readonly engine: EngineResult;
  readonly leftovers: Leftovers;
  /** Of all destroys of the scenario. */
  readonly events: readonly TeardownEvent[];
}

/** In what way the cluster is destroyed: by the product, or by one of those it is compared with. */
export const ways = ["product", "plain", "published"] as const;
export type Way = (typeof ways)[number];
