import type { ObjectId } from "../inventory/object-id.ts";

/** `ScaledObject.keda.sh app-a/cpu` as its kind and its path. */
export function splitId(id: ObjectId): { type: string; what: string } {
  const [type = "", what = ""] = id.split(" ");
  return { type, what };
}
