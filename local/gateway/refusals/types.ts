/** A rule by which AWS refuses a call, decided by what the account holds at that moment. */
import type { MotoClients } from "../account.ts";
import type { AwsFault } from "../types.ts";

export interface Call {
  readonly service: string;
  readonly action: string;
  readonly aws: MotoClients;
  /** Parameters of the query protocols. */
  readonly form: URLSearchParams;
  /** Members of a JSON body. */
  readonly json: Readonly<Record<string, unknown>>;
}

export interface Refusal {
  /** Name of the rule; the tests list what they cover by it. */
  readonly rule: string;
  readonly service: string;
  readonly actions: readonly string[];
  /** The refusal, or undefined to let the call through. */
  readonly refuse: (call: Call) => Promise<AwsFault | undefined>;
}

/** Makes the refusals of one service. */
export const refusalsOf =
  (service: string) =>
  (rule: string, actions: readonly string[], refuse: Refusal["refuse"]): Refusal => ({
    rule,
    service,
    actions,
    refuse,
  });

/** A refusal that moto finds by itself and words in its own way. */
export interface Rewording {
  readonly rule: string;
  readonly service: string;
  readonly action: string;
  /** AWS's error code, which is moto's too. */
  readonly code: string;
  readonly message: (call: Call) => string;
}
