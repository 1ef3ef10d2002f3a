/** What a teardown's resources are given has to be whole long before it is used: on the day of the destroy nobody can correct it. */
import { unknownValue } from "../plugin/values.ts";
import type { Properties } from "../plugin/implementation.ts";

type Failure = { readonly property: string; readonly reason: string };

export function checkSubject(inputs: Properties): Failure[] {
  const texts = ["stack", "environment", "region", "clusterName", "vpcId", "rolePrefix"].flatMap(
    (property) => (property in inputs ? emptyText(property, inputs[property]) : []),
  );
  const tag = inputs["stackTag"];
  if (tag === unknownValue || tag === undefined) return texts;
  const { key, value } = tag as Record<string, unknown>;
  return [...texts, ...emptyText("stackTag.key", key), ...emptyText("stackTag.value", value)];
}

export function checkLedger(inputs: Properties): Failure[] {
  const git = inputs["git"] as Properties | undefined;
  const { clusterBranch, ticketBranch } = typeof git === "object" ? git : {};
  const same =
    clusterBranch !== undefined && clusterBranch !== unknownValue && clusterBranch === ticketBranch
      ? [{ property: "git.clusterBranch", reason: "it is the ticket branch, which no destroy may delete" }]
      : [];
  const prefixes = inputs["logGroupPrefixes"];
  const listed = Array.isArray(prefixes) ? (prefixes as unknown[]) : [];
  return [
    ...checkSubject(inputs),
    ...same,
    ...listed.flatMap((prefix) => emptyText("logGroupPrefixes", prefix)),
  ];
}

function emptyText(property: string, value: unknown): Failure[] {
  if (typeof value === "string" && value !== "") return [];
  return [
    {
      property,
      reason: `${property} must be a text that is not empty: things are found and compared by it.`,
    },
  ];
}
