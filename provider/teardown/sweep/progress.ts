/** What a sweep says of itself while it is at work, and when it gives up. */
import type { Mistake } from "../../../src/errors.ts";
import type { Found } from "../../../src/aws/kind.ts";

/** One line: how many are left of each kind, and what one of them waits for. */
export function progressLine(left: readonly Found[], gone: number): string {
  const kinds = [...new Set(left.map(({ kind }) => kind))];
  const counts = kinds.map((kind) => {
    const number = left.filter((one) => one.kind === kind).length;
    return `${number} ${number === 1 ? kind.noun : kind.plural}`;
  });
  const waiting = left.find(({ readiness }) => readiness.state === "waits");
  const why =
    waiting?.readiness.state === "waits" ? `; ${waiting.id} waits for ${waiting.readiness.for}` : "";
  return `${left.length} left, ${gone} gone: ${counts.join(", ")}${why}`;
}

export function stuckMistake({ kind, id, because, readiness }: Found, region: string): Mistake {
  const why = readiness.state === "waits" ? `waits for ${readiness.for}` : "was deleted, and is still there";
  const remedy =
    kind.deletion === undefined
      ? "AWS releases it by itself: run the command again in some minutes. It goes on with what is left."
      : `Find out what holds it (${kind.commandToShow?.(id) ?? kind.type} --region ${region}), then run the command again: it goes on with what is left.`;
  return { what: `The ${kind.noun} ${id} ${why} (the cluster's by ${because}).`, remedy };
}
