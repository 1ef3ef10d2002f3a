/**
 * Time on the local platform: AWS's real durations, divided by a scale, so that a cluster that takes ten
 * minutes in AWS takes five seconds at the default of 120.
 */
import { setTimeout as sleep } from "node:timers/promises";

export const defaultScale = 120;

export class ScaledClock {
  /** How many times faster than AWS; 0 means that nothing takes any time. */
  readonly scale: number;

  constructor(scale: number = defaultScale) {
    if (!Number.isFinite(scale) || scale < 0) {
      throw new Error(
        `The time scale must be 0 or more, not ${scale}. Set LOCAL_SCALE to a number such as 120.`,
      );
    }
    this.scale = scale;
  }

  /** Milliseconds on this platform for `minutes` minutes in AWS. */
  milliseconds(minutes: number): number {
    return this.scale === 0 ? 0 : (minutes * 60_000) / this.scale;
  }

  /** Waits as long as `minutes` minutes in AWS take here; rejects when `signal` is aborted. */
  async wait(minutes: number, signal?: AbortSignal): Promise<void> {
    await sleep(this.milliseconds(minutes), undefined, signal ? { signal } : {});
  }
}
