/**
 * What the official provider keeps of an object in the state: the live object, and beside it what its next comparison starts
 * from. Without `__inputs` it takes a program to have set nothing so far, so that every property is new, and those that
 * cannot change in place replace the object (`checkpointObject` and `parseCheckpointObject` of pulumi-kubernetes). A stack
 * that was made here can be continued by it only if it finds them.
 */
import { randomBytes } from "node:crypto";
import { secret, type Properties } from "../../product.ts";
import { normalised, withoutReadOnly } from "./input-changes.ts";
import type { KubernetesObject } from "./object.ts";
import { annotation, underscored } from "./object.ts";

const inputsKey = "__inputs";
const initialApiVersionKey = "__initialApiVersion";
const fieldManagerKey = "__fieldManager";

/** The manager that updates apply as: given by annotation, or made once and kept in the state. */
export function fieldManagerOf(object: KubernetesObject, state: Properties): string {
  const kept = state[fieldManagerKey];
  const given = annotation(object, "pulumi.com/patchFieldManager");
  return given ?? (typeof kept === "string" ? kept : `pulumi-kubernetes-${randomBytes(4).toString("hex")}`);
}

/** What a Secret holds is secret, whatever the program said of it. */
export function hideSecret(object: Properties): Properties {
  const hidden = object["apiVersion"] === "v1" && object["kind"] === "Secret" ? ["data", "stringData"] : [];
  const present = hidden.filter((key) => key in object);
  return { ...object, ...Object.fromEntries(present.map((key) => [key, secret(object[key])])) };
}

/** Inputs as the official provider records them: after its Check, which writes them as the API server will store them. */
export const submitted = (object: KubernetesObject): Properties => normalised(withoutReadOnly(object));

export interface Recording {
  readonly live: KubernetesObject;
  /** As {@link submitted}, or as a refresh found them. */
  readonly inputs: Properties;
  readonly fieldManager: string;
  /** The outputs so far, if there are any: the API version that the object was created in stays what it was. */
  readonly state?: Properties | undefined;
}

export function recorded({ live, inputs, fieldManager, state = {} }: Recording): Properties {
  const first = state[initialApiVersionKey];
  return {
    ...hideSecret(underscored(live)),
    [inputsKey]: hideSecret(underscored(inputs)),
    [initialApiVersionKey]: typeof first === "string" ? first : inputs["apiVersion"],
    [fieldManagerKey]: fieldManager,
  };
}
