/** The last API calls, so that a test can ask what was called. */

export interface ApiCall {
  /** Counts up by one a call from 1; `GET /_local/log?since=<n>` answers those after it. */
  readonly number: number;
  readonly time: string;
  readonly service: string;
  readonly region: string;
  /** Operation, or method and path where it is not known. */
  readonly action: string;
  /** HTTP status; 0 if the connection was closed without an answer. */
  readonly status: number;
  /** AWS's error code. */
  readonly code?: string;
  readonly milliseconds: number;
}

const capacity = 5_000;

export class CallLog {
  readonly #calls: ApiCall[] = [];
  #count = 0;

  add(call: Omit<ApiCall, "number">): void {
    this.#count += 1;
    this.#calls.push({ number: this.#count, ...call });
    if (this.#calls.length > capacity) this.#calls.shift();
  }

  since(number: number): ApiCall[] {
    return this.#calls.filter((call) => call.number > number);
  }
}
