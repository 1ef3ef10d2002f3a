/** The plan as one page that needs nothing else: the waves drawn as columns, and the same sections as the text. */
import { describeId } from "../inventory/object-id.ts";
import type { DestroyPlan, PlanObject, PlanWave } from "./plan.ts";
import { dollars, holdingText, keptText, notAskedLines, notAskedTitle } from "./plan-text.ts";

export function planHtml(plan: DestroyPlan): string {
  const { totals } = plan;
  const title = `Destroy of ${plan.stack}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
<p>Cluster ${escapeHtml(plan.cluster)}: ${totals.objects} objects in ${totals.waves} waves, and ${totals.withThem} that go with them.
Nothing has been changed.</p>
<ol class="waves">
${plan.waves.map(waveHtml).join("\n")}
</ol>
${section(
  `In AWS, made from within the cluster: ${dollars(totals.monthlyPrice)} a month`,
  plan.external.map((holding) => `${holdingText(holding)}, by ${describeId(holding.object)}`),
)}
${section(notAskedTitle, notAskedLines(plan))}
${section(
  "Destroyed by the engine afterwards",
  plan.infrastructure.map(
    ({ item, count, monthlyPrice }) => `${count} × ${item}, ${dollars(monthlyPrice)} a month`,
  ),
)}
${section("Kept on purpose", plan.kept.map(keptText))}
${section(
  "Circles, broken at the weakest requirement",
  plan.broken.map(
    ({ circle, before, after, why }) =>
      `${circle.map(describeId).join(" → ")}. Not kept: ${describeId(before)} before ${describeId(after)}, for ${why.join("; ")}`,
  ),
)}
${section("Marks that could not be followed", plan.marksNotKept)}
${section(
  "Will not go by itself",
  plan.stuck.map(({ what, remedy }) => `${what}. ${remedy}`),
)}
<footer>Prices: list prices of US East (N. Virginia) as of ${escapeHtml(plan.pricesDated)}, without traffic.</footer>
</body>
</html>
`;
}

/** For text and for quoted attributes. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

function waveHtml({ number, objects }: PlanWave): string {
  return `<li><h2>Wave ${number}</h2>
${objects.map(objectHtml).join("\n")}
</li>`;
}

function objectHtml({ name, why, holds, with: owned, notes }: PlanObject): string {
  const details = [
    ...why,
    ...holds.map((holding) => `holds ${holdingText(holding)}`),
    ...(owned > 0 ? [`takes ${owned} with it`] : []),
    ...notes,
  ];
  const list = details.map((detail) => `<li>${escapeHtml(detail)}</li>`).join("");
  return `<details class="${holds.length > 0 ? "holds" : "plain"}"><summary>${escapeHtml(name)}</summary><ul>${list}</ul></details>`;
}

function section(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return "";
  const items = lines.map((line) => `<li>${escapeHtml(line)}</li>`).join("\n");
  return `<section>
<h2>${escapeHtml(title)}</h2>
<ul>
${items}
</ul>
</section>`;
}

const style = `
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem; color: #1b1f24; background: #fff; }
h2 { font-size: 1rem; margin: 0 0 .5rem; }
.waves { display: flex; flex-wrap: wrap; gap: 1.5rem 2.5rem; list-style: none; padding: 0 0 1rem; align-items: flex-start; }
.waves > li { position: relative; flex: 0 0 18rem; padding: .75rem; border: 1px solid #c9d1d9; border-radius: 8px; background: #f6f8fa; }
.waves > li:not(:last-child)::after { content: "→"; position: absolute; right: -1.9rem; top: .4rem; font-size: 1.3rem; color: #57606a; }
details { margin: .35rem 0; padding: .3rem .5rem; border-left: 4px solid #8c959f; background: #fff; overflow-wrap: anywhere; }
details.holds { border-color: #bc4c00; }
summary { cursor: pointer; }
details ul { margin: .3rem 0; padding-left: 1.1rem; font-size: .85rem; }
section { margin-top: 1.5rem; }
footer { margin-top: 2rem; font-size: .85rem; color: #57606a; }
`;
