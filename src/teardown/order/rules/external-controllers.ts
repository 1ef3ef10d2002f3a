/** What holds something in AWS goes before the workload that clears it away: load balancer controller, EBS CSI, Karpenter. */
import { finalizerController } from "../../external/holdings.ts";
import type { Facts } from "../facts.ts";
import type { ControllerName } from "../../external/known-controllers.ts";
import type { Requirement } from "../requirements.ts";

export function externalControllers({ inventory, holdings, controllers }: Facts): Requirement[] {
  return [...inventory.objects.values()].flatMap((object) => {
    const named = [
      ...(holdings.get(object.id) ?? []).map(({ controller }) => controller),
      ...object.finalizers.map((finalizer) => finalizerController(object, finalizer)),
    ].filter((controller): controller is ControllerName => controller !== undefined);
    return [...new Set(named)].flatMap((controller) =>
      (controllers.workloads.get(controller) ?? []).map((workload) => ({
        before: object.id,
        after: workload.id,
        reason: { rule: "controller" as const, controller },
      })),
    );
  });
}
