import type { EnvironmentClass } from "./environment-class.ts";

/** A throw-away clone of Development: as small and as quickly gone as a cluster can be. */
export const sandbox: EnvironmentClass = {
  name: "sandbox",
  defaults: {
    kubernetesVersion: "development",
    // Every cluster has a VPC of its own, and none of them are connected: all may use the same addresses.
    cidr: "10.16.0.0/16",
    availabilityZones: 2,
    nodeGroups: [
      { name: "general", instanceTypes: ["m7i.large"], minSize: 2, desiredSize: 2, maxSize: 4, diskSize: 50 },
    ],
    endpoint: { public: true },
    controlPlaneLogs: { types: ["audit", "authenticator"], retentionDays: 3 },
    // A key could only be scheduled for deletion, and would outlive the sandbox by a week.
    encryptSecrets: false,
    allowDestroy: true,
    tags: { expiry: "14d" },
  },
  natGateways: "single",
  keyDeletionWindowDays: 7,
};
