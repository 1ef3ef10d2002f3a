/** Faults on demand: what AWS does to a caller on a bad day, so that tests can plan for it. */
import { z } from "zod";

export const faultSchema = z.strictObject({
  /** Signing name, such as `ec2`; `*` for every service. */
  service: z.string(),
  /** Every operation of the service if left out. */
  action: z.string().optional(),
  /**
   * `timeout` closes the connection without doing anything, `lost-answer` after the call was carried out; `stale`
   * answers a question as it was answered seconds ago; the others answer an error in the words of the service.
   */
  kind: z.enum(["throttle", "error500", "expired", "denied", "timeout", "lost-answer", "stale"]),
  /** How far `stale` answers may lag behind; 5 if left out. */
  seconds: z.number().positive().optional(),
  /** How many calls it hits before it is spent. */
  times: z.int().positive().optional(),
  /** Share of the calls that it hits, 0 to 1. */
  probability: z.number().min(0).max(1).optional(),
});

export type InjectedFault = z.infer<typeof faultSchema>;

export class InjectedFaults {
  #faults: InjectedFault[] = [];

  get list(): readonly InjectedFault[] {
    return this.#faults;
  }

  /** Puts `faults` in place of all that were there. */
  replace(faults: readonly InjectedFault[]): void {
    this.#faults = [...faults];
  }

  /** The fault that hits this call; counts it. */
  hit(service: string, action: string): InjectedFault | undefined {
    const index = this.#faults.findIndex(
      (fault) =>
        (fault.service === "*" || fault.service === service) &&
        (fault.action === undefined || fault.action === action) &&
        Math.random() < (fault.probability ?? 1),
    );
    const fault = this.#faults[index];
    if (!fault) return undefined;
    if (fault.times === 1) this.#faults.splice(index, 1);
    else if (fault.times !== undefined) this.#faults[index] = { ...fault, times: fault.times - 1 };
    return fault;
  }
}
