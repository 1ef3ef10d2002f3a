/** What handlers throw where the engine is to understand more than that something failed. */
import type { Properties } from "./implementation.ts";

/** The thing exists, but did not become ready: the engine keeps it in the state and tries again at the next update. */
export class InitializationFailed extends Error {
  readonly id: string;
  readonly outputs: Properties;
  /** Inputs to record in place of the new ones, where an update did not apply them. */
  readonly inputs?: Properties;

  constructor(message: string, id: string, outputs: Properties, inputs?: Properties) {
    super(message);
    this.name = "InitializationFailed";
    this.id = id;
    this.outputs = outputs;
    if (inputs) this.inputs = inputs;
  }
}

/** The user interrupted the engine while a handler was waiting. */
export class Interrupted extends Error {
  constructor(doing: string) {
    super(`interrupted while ${doing}; run the command again to go on`);
    this.name = "Interrupted";
  }
}
