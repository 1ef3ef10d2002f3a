/** EC2 instances that Karpenter made and no infrastructure code knows. */
import { hoursPerMonth, instancePricePerHour, toCents } from "../../cost/prices.ts";
import type { NodeDetail } from "../inventory/detail.ts";
import type { InventoryObject } from "../inventory/inventory.ts";
import type { Ask } from "./ask.ts";
import type { ExternalHolding } from "./holdings.ts";

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
      ask: askFor(detail, name),
      key: id,
      controller: "karpenter",
      monthlyPrice: priceOf(detail),
    },
  ];
}

/** By the type on its claim. A pool costs what its claims do. */
function priceOf({ type, spot, instanceType = "" }: NodeDetail): number | undefined {
  if (type === "node-pool" || spot) return undefined;
  const hour = instancePricePerHour(instanceType);
  return hour === undefined ? undefined : toCents(hour * hoursPerMonth);
}

/** A claim that tells no instance may have launched one all the same, which Karpenter tags with its pool at once. */
function askFor({ type, instanceId, pool }: NodeDetail, name: string): Ask {
  if (type === "node-pool") return { by: "node-pool", pool: name };
  if (instanceId !== undefined) return { by: "id" };
  if (pool !== undefined) return { by: "node-pool", pool, claim: name };
  const look = `aws ec2 describe-instances --filters Name=tag:karpenter.sh/nodeclaim,Values=${name}`;
  return { by: "nobody", why: "it tells neither an instance nor a pool", look };
}

/** Karpenter makes an instance profile of a class that names a role; one that names a profile brings its own. */
export function nodeClassHoldings({ id, detail, name }: InventoryObject): readonly ExternalHolding[] {
  if (detail.type !== "node-class" || !detail.makesProfile) return [];
  const look =
    detail.profile === undefined
      ? "aws iam list-instance-profiles --path-prefix /karpenter/"
      : `aws iam get-instance-profile --instance-profile-name ${detail.profile}`;
  return [
    {
      thing: "instance-profile",
      description: `instance profile of the node class ${name}`,
      reference: detail.profile,
      ask: { by: "nobody", why: "the program does not look for instance profiles", look },
      key: id,
      controller: "karpenter",
      monthlyPrice: undefined,
    },
  ];
}
