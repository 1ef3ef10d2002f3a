/** Compares a resource's old and new inputs, property by property. */
import { isDeepStrictEqual } from "node:util";
import type { Change, Difference, Properties, ResourceHandler } from "./implementation.ts";
import { isRecord } from "./values.ts";

export type DifferenceRules = Pick<ResourceHandler<unknown>, "replaceOn" | "compare" | "deleteBeforeReplace">;

const identifier = /^[A-Za-z_$][\w$-]*$/;

/** The location of a value: `shown` for people and the engine, `rule` without indices for the handler's tables. */
interface Location {
  readonly shown: string;
  readonly rule: string;
}

function child(location: Location, key: string): Location {
  const step = identifier.test(key) ? (location.shown ? `.${key}` : key) : `[${JSON.stringify(key)}]`;
  return { shown: location.shown + step, rule: location.rule ? `${location.rule}.${key}` : key };
}

function covers(paths: readonly string[] | undefined, rule: string): boolean {
  return paths?.some((path) => rule === path || rule.startsWith(`${path}.`)) ?? false;
}

export function equivalent(rules: DifferenceRules, path: string, left: unknown, right: unknown): boolean {
  const decided = rules.compare?.(path, left, right);
  return decided === undefined ? isDeepStrictEqual(left, right) : decided === "same";
}

function* compare(rules: DifferenceRules, at: Location, left: unknown, right: unknown): Generator<Change> {
  const decided = rules.compare?.(at.rule, left, right);
  if (decided === "same" || isDeepStrictEqual(left, right)) return;
  const replace = covers(rules.replaceOn, at.rule);
  if (right === undefined) {
    yield { path: at.shown, kind: "delete", replace };
  } else if (left === undefined) {
    yield { path: at.shown, kind: "add", replace };
  } else if (decided === undefined && isRecord(left) && isRecord(right)) {
    for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
      yield* compare(rules, child(at, key), left[key], right[key]);
    }
  } else if (decided === undefined && Array.isArray(left) && Array.isArray(right)) {
    const items: readonly [unknown[], unknown[]] = [left, right];
    for (let index = 0; index < Math.max(left.length, right.length); index++) {
      const item = { shown: `${at.shown}[${index}]`, rule: at.rule };
      yield* compare(rules, item, items[0][index], items[1][index]);
    }
  } else {
    yield { path: at.shown, kind: "update", replace };
  }
}

/** What changing `olds` into `news` means. */
export function difference(rules: DifferenceRules, olds: Properties, news: Properties): Difference {
  const { deleteBeforeReplace: first = false } = rules;
  return {
    changes: [...compare(rules, { shown: "", rule: "" }, olds, news)],
    deleteBeforeReplace: typeof first === "function" ? first(olds, news) : first,
  };
}
