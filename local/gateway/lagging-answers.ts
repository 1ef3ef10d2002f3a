/**
 * AWS's late consistency: who asks again gets, for a while, what the same question was answered before, so that what was
 * deleted still shows and what was made does not yet. A question that nobody asked before is answered truly.
 */
import type { ReceivedRequest } from "./gateway.ts";
import type { AwsResponse } from "./types.ts";

interface Answer {
  readonly at: number;
  readonly response: AwsResponse;
}

export class LaggingAnswers {
  readonly #answers = new Map<string, Answer[]>();

  /** The oldest answer of the last so many seconds; remembers this one. */
  lagging({ url, body, headers }: ReceivedRequest, response: AwsResponse, seconds = 5): AwsResponse {
    const question = [url, headers["x-amz-target"], body.toString()].join("\n");
    const now = Date.now();
    const recent = (this.#answers.get(question) ?? []).filter(({ at }) => at > now - seconds * 1000);
    this.#answers.set(question, [...recent, { at: now, response }]);
    return recent[0]?.response ?? response;
  }
}
