/**
 * What an SDK adds to the inputs of a provider from the environment of whoever runs Pulumi: GITHUB_TOKEN, GITHUB_BASE_URL,
 * PULUMI_K8S_DELETE_UNREACHABLE and its like. In the inputs it would be kept in the state, where it is a change for everybody
 * with another environment, and holds for runs in which nobody asked for it. The plugins read these variables themselves.
 */
import type { ResourceTransformation } from "@pulumi/pulumi";

/** Leaves a provider those inputs that the program gave it. */
export function onlyInputs(given: object): ResourceTransformation {
  const names = Object.keys(given);
  return ({ props, opts }) => ({
    props: Object.fromEntries(
      Object.entries(props as Record<string, unknown>).filter(([name]) => names.includes(name)),
    ),
    opts,
  });
}
