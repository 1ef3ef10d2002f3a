/** A clock on which nothing takes time until it is stopped; then everything waits until it goes on. */
import { ScaledClock } from "../../clock.ts";

export class GatedClock extends ScaledClock {
  #gate: Promise<void> = Promise.resolve();
  #open: () => void = () => undefined;

  constructor() {
    super(0);
  }

  stop(): void {
    this.#gate = new Promise((resolve) => (this.#open = resolve));
  }

  go(): void {
    this.#open();
  }

  override async wait(): Promise<void> {
    await this.#gate;
  }
}
