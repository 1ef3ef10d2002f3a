import type { LogRetentionDays } from "../src/aws-values.ts";
import type { SettingsInput } from "../src/settings.ts";
import type { EnvironmentName } from "../src/stack-name.ts";

/** What differs between the classes of environment. A stack's file differs only from its class's defaults. */
export interface EnvironmentClass {
  readonly name: EnvironmentName;
  /** What a stack's settings are where its file says nothing. */
  readonly defaults: SettingsInput;
  /** One NAT gateway is cheap; one in each zone keeps the nodes online when a zone fails. */
  readonly natGateways: "single" | "per-zone";
  /** Absent: the VPC's traffic is not recorded. */
  readonly flowLogs?: { readonly retentionDays: LogRetentionDays };
  /** How long AWS keeps the key of Kubernetes secrets after a destroy, in days: 7 to 30. */
  readonly keyDeletionWindowDays: number;
}
