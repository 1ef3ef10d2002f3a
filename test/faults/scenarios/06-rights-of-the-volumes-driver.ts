import { assertOrder, readSteps, type Step } from "../../support/engine-events.ts";
import type { Address } from "../cluster.ts";
import { requireFinalizer, volumeAttached } from "../evidence.ts";
import { database, namespace } from "../manifests.ts";
import type { Scenario } from "../scenario.ts";

const claim: Address = "v1 PersistentVolumeClaim data/data-orders-0";

export const scenario: Scenario = {
  number: 6,
  title: "volumes that need their driver, its add-on and its role to the end",
  plant: async ({ cluster }) => {
    await cluster.apply(`${namespace("data")}---${database("data/orders")}`);
    await cluster.until(claim, "is bound", (found) => found?.status?.["phase"] === "Bound");
  },
  present: async (sandbox) => {
    await requireFinalizer(sandbox, claim, "kubernetes.io/pvc-protection");
    await volumeAttached(sandbox);
  },
  check: async (_sandbox, { engine }) => {
    const steps = await readSteps(engine.eventLog);
    const deleted = (type: string, name: RegExp) => (step: Step) =>
      step.operation === "delete" && step.type === type && name.test(step.name);
    const drain = deleted("sdlc:teardown:ClusterDrain", /./);
    assertOrder(steps, drain, deleted("aws:eks/addon:Addon", /aws-ebs-csi-driver/));
    assertOrder(steps, drain, deleted("aws:iam/role:Role", /ebs-csi/));
    assertOrder(steps, drain, deleted("aws:eks/podIdentityAssociation:PodIdentityAssociation", /ebs-csi/));
  },
};
