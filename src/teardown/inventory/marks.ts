/**
 * What owners say about their objects and the program cannot see. Both marks are accepted as an annotation or as a label, on
 * any object; a marked object is deleted directly and not with what delivered it.
 */
import { metadataValue, type InventoryObject } from "./inventory.ts";

export const markKeys = {
  /** `"true"`: it changes something outside the cluster, so it goes early and is waited for outside too. */
  mutates: "sdlc.dev/mutates-external-state",
  /** An integer: all that has a lower number goes first. */
  stage: "sdlc.dev/teardown-stage",
} as const;

export interface Marks {
  readonly mutates: boolean;
  readonly stage: number | undefined;
  /** A stage that is no integer. It is reported, and counts for nothing. */
  readonly invalidStage: string | undefined;
}

export function marksOf(object: Pick<InventoryObject, "annotations" | "labels">): Marks {
  const value = metadataValue(object, markKeys.stage);
  const valid = value !== undefined && /^-?\d{1,9}$/.test(value);
  return {
    mutates: metadataValue(object, markKeys.mutates) === "true",
    stage: valid ? Number(value) : undefined,
    invalidStage: valid ? undefined : value,
  };
}

export function isMarked(object: Pick<InventoryObject, "annotations" | "labels">): boolean {
  const { mutates, stage } = marksOf(object);
  return mutates || stage !== undefined;
}
