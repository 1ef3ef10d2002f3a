/** Custom objects that stand for resources of AWS as such, which go with them. */
import type { ExternalHolding } from "./holdings.ts";
import type { InventoryObject } from "../inventory/inventory.ts";
import { elsewhereOf } from "../laws/elsewhere.ts";
import { kindId } from "../inventory/object-id.ts";

/** Where Crossplane keeps the name in AWS (docs.crossplane.io, "Managed Resources"). */
const externalName = "crossplane.io/external-name";

export function awsResourceHoldings(object: InventoryObject): readonly ExternalHolding[] {
  // What stays by its own policy, or is not this cluster's, is not held by the object (`plan/kept.ts`).
  const { detail } = object;
  if (detail.type !== "aws-resource" || detail.orphans || elsewhereOf(object) !== undefined) return [];
  return [
    {
      thing: "aws-resource",
      description: `whatever ${kindId(object.group, object.kind)} stands for in AWS`,
      reference: object.annotations[externalName],
      ask: {
        by: "nobody",
        why: `the program does not know what a ${kindId(object.group, object.kind)} is in AWS`,
        look: `kubectl get ${kindId(object.group, object.kind)} ${object.name}${object.namespace === "" ? "" : ` -n ${object.namespace}`} -o yaml, whose status names it`,
      },
      key: object.id,
      controller: undefined,
      monthlyPrice: undefined,
    },
  ];
}
