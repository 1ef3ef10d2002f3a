/** The plan as one page that needs nothing else: the waves drawn as columns, and the same sections as the text. */
import { describeId } from "../inventory/object-id.ts";
import { dollars, escapeHtml, htmlPage, htmlSection } from "../pages.ts";
import {
  holdingText,
  infrastructureText,
  infrastructureTitle,
  keptText,
  notAskedLines,
  notAskedTitle,
  pricesNote,
} from "./plan-text.ts";
import type { DestroyPlan, PlanObject, PlanWave } from "./plan.ts";

export function planHtml(plan: DestroyPlan): string {
  const { totals } = plan;
  const body = `<p>Cluster ${escapeHtml(plan.cluster)}: ${totals.objects} objects in ${totals.waves} waves, and ${totals.withThem} that go with them.
Nothing has been changed.</p>
<ol class="waves">
${plan.waves.map(waveHtml).join("\n")}
</ol>
${htmlSection(
  `In AWS, made from within the cluster: ${dollars(totals.monthlyPrice)} a month`,
  plan.external.map((holding) => `${holdingText(holding)}, by ${describeId(holding.object)}`),
)}
${htmlSection(notAskedTitle, notAskedLines(plan))}
${htmlSection(infrastructureTitle(plan), plan.infrastructure.map(infrastructureText))}
${htmlSection("Kept on purpose", plan.kept.map(keptText))}
${htmlSection(
  "Circles, broken at the weakest requirement",
  plan.broken.map(
    ({ circle, before, after, why }) =>
      `${circle.map(describeId).join(" → ")}. Not kept: ${describeId(before)} before ${describeId(after)}, for ${why.join("; ")}`,
  ),
)}
${htmlSection("Marks that could not be followed", plan.marksNotKept)}
${htmlSection(
  "Will not go by itself",
  plan.stuck.map(({ what, remedy }) => `${what}. ${remedy}`),
)}
<footer>${escapeHtml(pricesNote(plan))}</footer>`;
  return htmlPage({ title: `Destroy of ${plan.stack}`, style, body });
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

const style = `.waves { display: flex; flex-wrap: wrap; gap: 1.5rem 2.5rem; list-style: none; padding: 0 0 1rem; align-items: flex-start; }
.waves > li { position: relative; flex: 0 0 18rem; padding: .75rem; border: 1px solid #c9d1d9; border-radius: 8px; background: #f6f8fa; }
.waves > li:not(:last-child)::after { content: "→"; position: absolute; right: -1.9rem; top: .4rem; font-size: 1.3rem; color: #57606a; }
details { margin: .35rem 0; padding: .3rem .5rem; border-left: 4px solid #8c959f; background: #fff; overflow-wrap: anywhere; }
details.holds { border-color: #bc4c00; }
summary { cursor: pointer; }
details ul { margin: .3rem 0; padding-left: 1.1rem; font-size: .85rem; }
section { margin-top: 1.5rem; }
footer { margin-top: 2rem; font-size: .85rem; color: #57606a; }
`;
