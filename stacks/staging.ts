import type { EnvironmentClass } from "./environment-class.ts";

/** Production's shape at half its size, for released versions of the platform. */
export const staging: EnvironmentClass = {
  name: "staging",
  defaults: {
    cidr: "10.1.0.0/16",
    availabilityZones: 3,
    nodeGroups: [
      { name: "general", instanceTypes: ["m7i.large"], minSize: 3, desiredSize: 3, maxSize: 6, diskSize: 50 },
    ],
    endpoint: { public: true },
    controlPlaneLogs: { types: ["api", "audit", "authenticator"], retentionDays: 30 },
    encryptSecrets: true,
    allowDestroy: false,
  },
  natGateways: "per-zone",
  flowLogs: { retentionDays: 14 },
  keyDeletionWindowDays: 14,
};
