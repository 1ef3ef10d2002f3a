/** Which environment goes ahead of which: a version reaches users only after those before them ran it. */
import type { EnvironmentName } from "../stack-name.ts";
import type { Minor } from "./minor.ts";

export interface Lead {
  /** The setting that says where the stack in front is. */
  readonly setting: "development" | "staging";
  /** How many minors this class may be ahead of it: what tries the next one out is. */
  readonly mayBeAhead: 0 | 1;
}

/** Undefined for Development, which moves on its own. */
export const leads: Readonly<Record<EnvironmentName, Lead | undefined>> = {
  sandbox: { setting: "development", mayBeAhead: 1 },
  canary: { setting: "development", mayBeAhead: 1 },
  development: undefined,
  staging: { setting: "development", mayBeAhead: 0 },
  production: { setting: "staging", mayBeAhead: 0 },
};

/** The stack in front, as far as it is deployed. */
export interface Leader {
  /** Its full name, such as `organization/kubernetes-sdlc/development`. */
  readonly stack: string;
  readonly version: Minor;
  readonly mayBeAhead: 0 | 1;
}
