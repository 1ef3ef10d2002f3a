/** EC2 instances that Karpenter made and no infrastructure code knows. */
import type { ExternalHolding } from "../external-state.ts";
import type { InventoryObject } from "../inventory.ts";

/** A pool holds what its claims hold, and makes new ones for as long as it is there. */
export function nodeHoldings({ id, detail, name }: InventoryObject): readonly ExternalHolding[] {
  if (detail.type !== "node-pool" && detail.type !== "node-claim") return [];
  const type = detail.instanceType === undefined ? "" : ` (${detail.instanceType})`;
  return [
    {
      thing: "instances",
      description:
        detail.type === "node-pool"
          ? `EC2 instances of the pool ${name}`
          : `EC2 instance${type} of Karpenter`,
      reference: detail.instanceId,
      key: id,
      controller: "karpenter",
      monthlyPrice: undefined,
    },
  ];
}
