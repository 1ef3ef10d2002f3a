import type { EnvironmentClass } from "./environment-class.ts";

/**
 * Development's platform on the next Kubernetes minor: permanent, upgraded before any other environment, and as small as a
 * cluster can be. It follows Development's directory on main.
 */
export const canary: EnvironmentClass = {
  name: "canary",
  defaults: {
    cidr: "10.3.0.0/16",
    availabilityZones: 2,
    nodeGroups: [
      { name: "general", instanceTypes: ["m7i.large"], minSize: 1, desiredSize: 1, maxSize: 3, diskSize: 50 },
    ],
    endpoint: { public: true },
    controlPlaneLogs: { types: ["audit", "authenticator"], retentionDays: 7 },
    encryptSecrets: true,
    allowDestroy: true,
  },
  natGateways: "single",
  keyDeletionWindowDays: 7,
};
