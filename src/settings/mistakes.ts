/** From what the schema found to what a person is told: path, what was given, what is allowed, how to set it. */
import type { z } from "zod";
import type { Mistake } from "../errors.ts";
import { helpFor, pathText, setCommand, type Path } from "./help.ts";

export interface Given {
  readonly stack: string;
  readonly setting: string;
  readonly value: unknown;
  /** True if the value must not be shown. */
  readonly secret: boolean;
}

export function toMistakes(issue: z.core.$ZodIssue, given: Given): Mistake[] {
  const path = [given.setting, ...issue.path];
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => unknownSetting([...path, key], helpFor(path).help.allowed));
  }
  if (issue.code === "invalid_key") {
    const { help } = helpFor(path);
    return [
      {
        what: `${pathText(path)}: no such key; allowed is ${help.allowed}.`,
        remedy: removeCommand(path),
      },
    ];
  }
  const reason = issue.code === "custom" && issue.message !== "Invalid input" ? issue.message : undefined;
  return [mistakeAt(path, given, reason)];
}

/** @param reason words that follow the value given: "is a /8, larger than …". */
export function mistakeAt(path: Path, given: Given, reason?: string): Mistake {
  const { help } = helpFor(path);
  const value = valueAt(given.value, path.slice(1));
  const shown = given.secret ? "a secret value" : JSON.stringify(value);
  const fault =
    value === undefined ? "is missing" : `given ${shown}${reason === undefined ? "" : `, which ${reason}`}`;
  return {
    what: `${pathText(path)}: ${fault}; allowed is ${help.allowed}.`,
    remedy: setCommand(path, help.example, given.stack),
  };
}

export function unknownSetting(path: Path, allowed: string): Mistake {
  return { what: `${pathText(path)}: no such setting; allowed is ${allowed}.`, remedy: removeCommand(path) };
}

function removeCommand(path: Path): string {
  return `pulumi config rm ${path.length > 1 ? `--path '${pathText(path)}'` : pathText(path)}`;
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === "object" && inner !== null ? (inner as Record<PropertyKey, unknown>)[key] : undefined,
    value,
  );
}
