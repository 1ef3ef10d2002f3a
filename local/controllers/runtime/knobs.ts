/**
 * How a scenario makes a controller slow or idle, by what anybody can set in a cluster: an annotation of the object, or a
 * variable in the controller's Deployment for all of its objects. A controller is stopped by scaling its Deployment to 0.
 */
import type { Metadata } from "./controller.ts";

export interface Knobs {
  /** It does nothing for the object. */
  readonly ignores: boolean;
  /** Seconds of this machine between the deletion and the first step of the clean-up. */
  readonly deleteDelay: number;
  /** It lifts the finalizer before the clean-up instead of after it. */
  readonly liftsFirst: boolean;
}

const prefix = "local.sdlc.dev/";

export function knobsOf({ annotations = {} }: Metadata): Knobs {
  const knob = (name: string): string | undefined =>
    annotations[prefix + name] ?? process.env[`LOCAL_${name.toUpperCase().replaceAll("-", "_")}`];
  return {
    ignores: knob("ignore") === "true",
    deleteDelay: Number(knob("delete-delay") ?? 0),
    liftsFirst: knob("lift-first") === "true",
  };
}
