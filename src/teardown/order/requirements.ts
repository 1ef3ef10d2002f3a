/** Why one object is deleted before another: kept with every edge of an order, for the plan and for what is stuck. */
import { knownControllers, type ControllerName } from "../external/controllers.ts";
import { describeId, type ObjectId } from "../inventory/object-id.ts";

export type Reason =
  | { readonly rule: "made-by" }
  | { readonly rule: "acts-as"; readonly account: ObjectId }
  | { readonly rule: "in-namespace"; readonly namespace: string }
  | { readonly rule: "controller"; readonly controller: ControllerName }
  | {
      readonly rule: "custom-object";
      readonly definition: ObjectId;
      /** What only the controller of the kind lifts. */
      readonly finalizers: readonly string[];
    }
  | { readonly rule: "mounted-volume" }
  | { readonly rule: "class" }
  | { readonly rule: "node-class" }
  | { readonly rule: "node-pool" }
  | { readonly rule: "depends-on" };

/** An order that is better kept, and gives way to every requirement. */
export type Preference =
  | { readonly rule: "stage"; readonly stage: number }
  | { readonly rule: "controllers-last" }
  | { readonly rule: "nodes-last" };

/** `before` is gone, finalizers and all, before `after` is deleted. */
export interface Requirement {
  readonly before: ObjectId;
  readonly after: ObjectId;
  readonly reason: Reason;
}

/**
 * Which rule holds where rules form a circle: the higher. What would orphan a whole release comes first, then what would
 * leave a finalizer or something in AWS without its controller, then what only delays, and last what somebody declared, which
 * is about starting and not about stopping.
 */
const strengths: Readonly<Record<Reason["rule"], number>> = {
  "made-by": 4,
  "acts-as": 4,
  "in-namespace": 4,
  controller: 3,
  "custom-object": 3,
  "node-class": 2,
  "node-pool": 2,
  "mounted-volume": 2,
  class: 2,
  "depends-on": 1,
};

export function strengthOf(reasons: readonly { readonly reason: Reason }[]): number {
  return Math.max(...reasons.map(({ reason }) => strengths[reason.rule]));
}

/** A clause that completes `<before> goes first:`. */
export function explain({ before, after, reason }: Requirement): string {
  const [first, second] = [describeId(before), describeId(after)];
  switch (reason.rule) {
    case "made-by":
      return `deleting ${second} would delete ${first} with it, out of order`;
    case "acts-as":
      return `Flux acts as ${describeId(reason.account)} for ${first}, and prunes nothing without it`;
    case "in-namespace":
      return `${first} needs namespace ${reason.namespace}, which goes with ${second}`;
    case "controller":
      return `only ${knownControllers[reason.controller].title} clears away what ${first} holds`;
    case "custom-object": {
      const finalizers = reason.finalizers.length === 0 ? "" : ` and lifts ${reason.finalizers.join(", ")}`;
      return `${second} brings what looks after the kind of ${first}${finalizers}`;
    }
    case "mounted-volume":
      return `${first} mounts ${second}`;
    case "class":
      return `${first} is of ${second}`;
    case "node-class":
      return `${first} makes its instances as ${second} says`;
    case "node-pool":
      return `${first} would replace ${second}`;
    case "depends-on":
      return `${first} depends on ${second}`;
  }
}

export function explainPreference(preference: Preference): string {
  switch (preference.rule) {
    case "stage":
      return `its owner put it into stage ${preference.stage}`;
    case "controllers-last":
      return "it runs a controller or serves the API, so it goes after all that need not follow it";
    case "nodes-last":
      return "pods run on its nodes, so it goes after all that need not follow it";
  }
}
