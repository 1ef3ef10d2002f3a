/** Compares a resource's old and new inputs, property by property. */
import { isDeepStrictEqual } from "node:util";
import type { Change, Difference, Properties, ResourceHandler } from "./implementation.ts";
import { isRecord, omit } from "./values.ts";

export type DifferenceRules = Pick<
  ResourceHandler<unknown>,
  "replaceOn" | "sets" | "documents" | "keptWhenAbsent" | "autoName" | "deleteBeforeReplace"
>;

/** Names of inputs that were filled in by the provider and not by the program, kept with the inputs. */
export const defaultsKey = "__defaults";

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

function parsed(text: unknown): unknown {
  try {
    return typeof text === "string" ? JSON.parse(text) : text;
  } catch {
    return text;
  }
}

export function equivalent(rules: DifferenceRules, rule: string, left: unknown, right: unknown): boolean {
  if (covers(rules.documents, rule)) return isDeepStrictEqual(parsed(left), parsed(right));
  if (covers(rules.sets, rule) && Array.isArray(left) && Array.isArray(right)) {
    const sorted = (list: unknown[]): string[] => list.map((item) => JSON.stringify(item)).sort();
    return isDeepStrictEqual(sorted(left), sorted(right));
  }
  return isDeepStrictEqual(left, right);
}

function* compare(rules: DifferenceRules, at: Location, left: unknown, right: unknown): Generator<Change> {
  if (equivalent(rules, at.rule, left, right)) return;
  const replace = covers(rules.replaceOn, at.rule);
  if (right === undefined) {
    if (!rules.keptWhenAbsent?.includes(at.rule)) yield { path: at.shown, kind: "delete", replace };
  } else if (left === undefined) {
    yield { path: at.shown, kind: "add", replace };
  } else if (isRecord(left) && isRecord(right)) {
    for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
      yield* compare(rules, child(at, key), left[key], right[key]);
    }
  } else if (Array.isArray(left) && Array.isArray(right) && !covers(rules.sets, at.rule)) {
    const items: readonly [unknown[], unknown[]] = [left, right];
    for (let index = 0; index < Math.max(left.length, right.length); index++) {
      const item = { shown: `${at.shown}[${index}]`, rule: at.rule };
      yield* compare(rules, item, items[0][index], items[1][index]);
    }
  } else {
    yield { path: at.shown, kind: "update", replace };
  }
}

/**
 * What changing `olds` into `news` means. A thing whose name the program chose must be deleted before its
 * replacement of the same name can be created; one with a generated name need not.
 */
export function difference(rules: DifferenceRules, olds: Properties, news: Properties): Difference {
  const changes = [
    ...compare(rules, { shown: "", rule: "" }, omit(olds, [defaultsKey]), omit(news, [defaultsKey])),
  ];
  const name = rules.autoName?.property;
  const generated = (inputs: Properties): boolean =>
    Array.isArray(inputs[defaultsKey]) && inputs[defaultsKey].includes(name);
  const sameChosenName = name !== undefined && !generated(news) && olds[name] === news[name];
  return { changes, deleteBeforeReplace: rules.deleteBeforeReplace ?? sameChosenName };
}
