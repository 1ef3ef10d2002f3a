import type { StackConfig } from "../../src/settings.ts";

/** Settings that are complete with the defaults of every class; a test changes what it is about. */
export const completeSettings = {
  region: "eu-west-1",
  kubernetesVersion: "1.35",
  endpoint: { allowedCidrs: ["203.0.113.0/24"] },
  tags: { ticket: "TICKET-1", owner: "platform-team" },
  flux: { enabled: false },
};

/**
 * The configuration of a stack as the engine hands it over: everything is text, lists and objects as JSON. A key
 * without a namespace is one of the project's own; `undefined` leaves a setting out.
 */
export function stackConfig(
  settings: Readonly<Record<string, unknown>>,
  change: Partial<StackConfig> = {},
): StackConfig {
  const values = Object.entries(settings)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => [
      key.includes(":") ? key : `kubernetes-sdlc:${key}`,
      typeof value === "string" ? value : JSON.stringify(value),
    ]);
  return {
    stack: "sandbox-a",
    project: "kubernetes-sdlc",
    organization: "organization",
    values: Object.fromEntries(values) as Record<string, string>,
    secretKeys: [],
    ...change,
  };
}
