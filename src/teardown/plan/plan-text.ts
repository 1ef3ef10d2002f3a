/** The plan for a terminal: the waves, then what they hold in AWS, what stays, and what will not go by itself. */
import { describeId } from "../inventory/object-id.ts";
import { count, dollars, textSection } from "../pages.ts";
import { pricesRegion } from "../../cost/prices.ts";
import type { PricedItem } from "./infrastructure.ts";
import type { Kept } from "./kept.ts";
import type { DestroyPlan, PlanHolding, PlanObject } from "./plan.ts";

export function planText(plan: DestroyPlan): string {
  const { totals } = plan;
  const lines = [
    `Destroy of ${plan.stack}, cluster ${plan.cluster}. Nothing has been changed.`,
    `${count(totals.objects, "object")} in ${count(totals.waves, "wave")}, and ${totals.withThem} that go with them.`,
    ...plan.waves.flatMap(({ number, objects }) => [
      "",
      `Wave ${number} of ${totals.waves}`,
      ...objects.flatMap(objectLines),
    ]),
    ...textSection(
      `In AWS, made from within the cluster: ${count(totals.external, "thing")}, ${dollars(totals.monthlyPrice)} a month`,
      plan.external.map((holding) => `${holdingText(holding)}, by ${describeId(holding.object)}`),
    ),
    ...textSection(notAskedTitle, notAskedLines(plan)),
    ...textSection(infrastructureTitle(plan), plan.infrastructure.map(infrastructureText)),
    ...textSection("Kept on purpose", plan.kept.map(keptText)),
    ...textSection(
      "Circles, broken at the weakest requirement",
      plan.broken.flatMap(({ circle, before, after, why }) => [
        circle.map(describeId).join(" → "),
        `  not kept: ${describeId(before)} before ${describeId(after)}, for ${why.join("; ")}`,
      ]),
    ),
    ...textSection("Marks that could not be followed", plan.marksNotKept),
    ...textSection(
      "Will not go by itself",
      plan.stuck.flatMap(({ what, remedy }) => [what, `  ${remedy}`]),
    ),
    "",
    pricesNote(plan),
  ];
  return `${lines.join("\n")}\n`;
}

/** What the receipt will count as not known, and how a person looks. */
export function notAskedLines({ external }: DestroyPlan): string[] {
  return external.flatMap(({ ask, description, reference, object }) => {
    if (ask.by !== "nobody") return [];
    const name = [description, reference].filter(Boolean).join(" ");
    const look = ask.look === undefined ? [] : [`  look: ${ask.look}`];
    return [`${name}, by ${describeId(object)}: ${ask.why}`, ...look];
  });
}

export function infrastructureTitle({ totals }: DestroyPlan): string {
  return `Destroyed by the engine afterwards: ${dollars(totals.infrastructurePrice)} a month`;
}

export function infrastructureText({ item, count: number, monthlyPrice }: PricedItem): string {
  const price = monthlyPrice === undefined ? "no price known" : `${dollars(monthlyPrice)} a month`;
  return `${number} × ${item}, ${price}`;
}

/** Where the prices are from, and what is not in them. */
export function pricesNote({ region, pricesDated, withoutPrice }: DestroyPlan): string {
  const elsewhere = region === pricesRegion ? "" : `; the program knows none of ${region}`;
  const without = withoutPrice.length === 0 ? "" : ` Without a price: ${withoutPrice.join(", ")}.`;
  return `Prices: list prices of US East (N. Virginia) as of ${pricesDated}, without traffic${elsewhere}.${without}`;
}

export const notAskedTitle = "Will be counted as not known, because nobody asks AWS for it";

export function holdingText({ description, reference, monthlyPrice }: PlanHolding): string {
  const parts = [
    reference === undefined ? description : `${description} ${reference}`,
    ...(monthlyPrice === undefined ? [] : [`${dollars(monthlyPrice)} a month`]),
  ];
  return parts.join(", ");
}

export function keptText({ where, what, why, reference, monthlyPrice }: Kept): string {
  const id = where === "aws" && reference !== undefined ? ` ${reference}` : "";
  const price = monthlyPrice === undefined ? "" : `, ${dollars(monthlyPrice)} a month`;
  return `${what}${id}${price}: ${why}`;
}

function objectLines({ name, why, holds, with: owned, marks, notes }: PlanObject): string[] {
  const marked = marks.mutates ? ["is marked as changing something outside: it is waited for there too"] : [];
  const details = [
    ...why,
    ...holds.map((holding) => `holds ${holdingText(holding)}`),
    ...(owned > 0 ? [`takes ${count(owned, "object")} with it`] : []),
    ...marked,
    ...notes,
  ];
  return [`  ${name}`, ...details.map((detail) => `    ${detail}`)];
}
