import type { EnvironmentClass } from "./environment-class.ts";

/** Where changes land first and what sandboxes are clones of: permanent, but rebuilt when that is quicker. */
export const development: EnvironmentClass = {
  name: "development",
  defaults: {
    cidr: "10.0.0.0/16",
    availabilityZones: 2,
    nodeGroups: [
      { name: "general", instanceTypes: ["m7i.large"], minSize: 2, desiredSize: 3, maxSize: 6, diskSize: 50 },
    ],
    endpoint: { public: true },
    controlPlaneLogs: { types: ["api", "audit", "authenticator"], retentionDays: 14 },
    encryptSecrets: true,
    allowDestroy: true,
  },
  natGateways: "single",
  keyDeletionWindowDays: 7,
};
