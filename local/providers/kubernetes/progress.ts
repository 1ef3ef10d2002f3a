/** Waiting for the cluster, with a line in the resource's row. */
import { setTimeout as sleep } from "node:timers/promises";
import { Interrupted, type OperationContext } from "../../product.ts";
import { annotation } from "./object.ts";
import type { KubernetesObject } from "./object.ts";
import type { Cluster } from "./cluster.ts";

export type Context = OperationContext<Cluster>;

/** Seconds: the official provider's. */
const defaultTimeout = 600;
/** Milliseconds between two looks: the first, and the most. */
const pauses = { first: 100, longest: 1000 };

/** `customTimeouts`, else the annotation `pulumi.com/timeoutSeconds`, else ten minutes. */
export function timeoutOf(context: Context, object: KubernetesObject): number {
  const annotated = Number.parseInt(annotation(object, "pulumi.com/timeoutSeconds") ?? "", 10);
  return context.timeoutSeconds(Number.isNaN(annotated) ? defaultTimeout : annotated);
}

export async function pause(context: Context, milliseconds: number, doing: string): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal: context.signal });
  } catch {
    throw new Interrupted(doing);
  }
}

/** Looks again and again until `look` gives a value; false when `seconds` are over. Throws `Interrupted` on cancellation. */
export async function until(
  context: Context,
  seconds: number,
  look: () => Promise<{ readonly done: boolean; readonly message?: string | undefined }>,
): Promise<boolean> {
  const deadline = Date.now() + seconds * 1000;
  let shown: string | undefined;
  for (let wait = pauses.first; ; wait = Math.min(wait * 1.5, pauses.longest)) {
    const { done, message } = await look();
    if (done) {
      // An empty line clears the row.
      if (shown !== undefined) context.status("");
      return true;
    }
    const left = deadline - Date.now();
    if (left <= 0) return false;
    if (message !== undefined && message !== shown) context.status(message);
    shown = message ?? shown;
    await pause(context, Math.min(wait, left), message ?? "waiting for the cluster");
  }
}
