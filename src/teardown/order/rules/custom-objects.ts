/**
 * Custom objects go before whatever brings their definition or their controller, whoever owns them and whether or not
 * anything was declared: without the controller a finalizer stays for ever.
 */
import { definitionOf, type Facts } from "../facts.ts";
import { foreignFinalizers } from "../../external/finalizers.ts";
import { kindId } from "../../inventory/object-id.ts";
import type { Requirement } from "../requirements.ts";

export function customObjects(facts: Facts): Requirement[] {
  return [...facts.inventory.objects.values()].flatMap((object) => {
    const definition = definitionOf(facts, object);
    if (definition === undefined) return [];
    const deliveries = facts.controllers.deliveries.get(kindId(object.group, object.kind)) ?? [];
    const finalizers = foreignFinalizers(object.finalizers);
    return deliveries.map((delivery) => ({
      before: object.id,
      after: delivery,
      reason: { rule: "custom-object" as const, definition: definition.id, finalizers },
    }));
  });
}
