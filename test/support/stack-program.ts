import { planEnvironment } from "../../src/environment-plan.ts";
import type { Exported } from "../../src/exported.ts";
import { parseSettings, type StackConfig } from "../../src/settings.ts";
import { environmentOf } from "../../src/stack-name.ts";
import { environmentClasses } from "../../stacks/classes.ts";
import { environment } from "../../stacks/environment.ts";

/** As much of Flux's install manifest as a stack reads. */
export const fluxManifest = ["source-controller", "kustomize-controller", "helm-controller"]
  .map(
    (name) =>
      `---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: ${name}\n  namespace: flux-system\n` +
      "spec:\n  template:\n    spec:\n      containers:\n        - name: manager\n",
  )
  .join("");

/** The program of a stack that is aligned with nothing, with its settings already checked. `own`: what it exported before. */
export function stackProgram(config: StackConfig, own: Exported = {}): () => ReturnType<typeof environment> {
  const environmentClass = environmentClasses[environmentOf(config.stack)];
  const plan = planEnvironment({
    project: config.project,
    stack: config.stack,
    environment: environmentClass.name,
    settings: parseSettings(config, environmentClass.name, environmentClass.defaults),
    own,
    development: undefined,
    now: new Date("2026-11-23T12:00:00Z"),
  });
  return () => environment(plan, environmentClass);
}
