import type { EnvironmentClass } from "./environment-class.ts";

/** What users depend on: no single zone, day or command takes it away. */
export const production: EnvironmentClass = {
  name: "production",
  defaults: {
    cidr: "10.2.0.0/16",
    availabilityZones: 3,
    nodeGroups: [
      {
        name: "general",
        instanceTypes: ["m7i.xlarge"],
        minSize: 3,
        desiredSize: 6,
        maxSize: 12,
        diskSize: 100,
      },
    ],
    endpoint: { public: true },
    controlPlaneLogs: {
      types: ["api", "audit", "authenticator", "controllerManager", "scheduler"],
      retentionDays: 365,
    },
    encryptSecrets: true,
    allowDestroy: false,
  },
  natGateways: "per-zone",
  flowLogs: { retentionDays: 90 },
  keyDeletionWindowDays: 30,
};
