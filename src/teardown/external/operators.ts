/** Custom objects that stand for resources of AWS as such, which go with them. */
import type { ExternalHolding } from "../external-state.ts";
import type { InventoryObject } from "../inventory.ts";
import { elsewhereOf } from "../laws/elsewhere.ts";
import { kindId } from "../object-id.ts";

export function awsResourceHoldings(object: InventoryObject): readonly ExternalHolding[] {
  if (object.detail.type !== "aws-resource" || elsewhereOf(object) !== undefined) return [];
  return [
    {
      thing: "aws-resource",
      description: `whatever ${kindId(object.group, object.kind)} stands for in AWS`,
      reference: undefined,
      key: object.id,
      controller: undefined,
      monthlyPrice: undefined,
    },
  ];
}
