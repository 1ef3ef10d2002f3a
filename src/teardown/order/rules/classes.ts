/** An Ingress goes before its IngressClass, a Gateway before its GatewayClass: the controller finds itself by the class. */
import type { Facts } from "../facts.ts";
import { objectsOf } from "../../inventory/inventory.ts";
import { objectId } from "../../inventory/object-id.ts";
import type { Requirement } from "../requirements.ts";

export function classes({ inventory }: Facts): Requirement[] {
  return objectsOf(inventory, "ingress", "gateway").flatMap(({ id, group, kind, detail }) => {
    if (detail.className === undefined) return [];
    const name = detail.className;
    const after = objectId({ group, kind: `${kind}Class`, namespace: "", name });
    return [{ before: id, after, reason: { rule: "class" } }];
  });
}
