import assert from "node:assert/strict";
import { widget, widgetKind, widgetOperator } from "../manifests.ts";
import type { Scenario } from "../scenario.ts";

/** Seconds: one object goes every step, all together take far longer than the deadline. */
const step = 4;
const count = 9;
const deadline = 12;

export const scenario: Scenario = {
  number: 29,
  title: "a deletion that is slow, but gets on",
  files: () => ({
    "platform/services/widget-operator.yaml": widgetOperator,
    "apps/app-a/widgets.yaml": Array.from({ length: count }, (_, index) =>
      widget(`app-a/widget-${index + 1}`, (index + 1) * step),
    ).join("---"),
  }),
  plant: async ({ cluster }) => {
    await cluster.until(
      `${widgetKind} app-a/widget-${count}`,
      "is held",
      (found) => (found?.metadata.finalizers ?? []).length > 0,
    );
  },
  present: async ({ cluster }) => {
    const [apiVersion = "", kind = ""] = widgetKind.split(" ");
    assert.equal((await cluster.list(apiVersion, kind)).length, count);
  },
  choices: { SDLC_TEARDOWN_DEADLINE: String(deadline) },
  check: (_sandbox, { events }) => {
    const drain = events.filter((event) => "part" in event && event.part === "drain");
    const took = (Date.parse(drain.at(-1)?.at ?? "") - Date.parse(drain[0]?.at ?? "")) / 1000;
    assert.ok(took > deadline * 2, `the drain took only ${took} s`);
  },
};
