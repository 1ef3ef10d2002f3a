import type { Address } from "../cluster.ts";
import { volumeAttached, volumesOfClaims } from "../evidence.ts";
import { database } from "../manifests.ts";
import type { Scenario } from "../scenario.ts";

const claim: Address = "v1 PersistentVolumeClaim app-a/data-orders-0";

export const scenario: Scenario = {
  number: 4,
  title: "claims of a StatefulSet, with EBS volumes that no Kustomization prunes",
  files: () => ({ "apps/app-a/orders.yaml": database("app-a/orders") }),
  plant: async (sandbox) => {
    await sandbox.cluster.until(claim, "is bound", (found) => found?.status?.["phase"] === "Bound");
    await volumesOfClaims(sandbox, 1);
  },
  present: volumeAttached,
};
