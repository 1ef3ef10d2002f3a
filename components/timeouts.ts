/**
 * How long AWS may take for one resource before Pulumi gives it up. A value stands here where that of the AWS provider is too short
 * for a cluster of ordinary size; an `up` or a destroy that gave up goes on with the next one, but only if somebody starts it.
 *
 * What is left to the provider (terraform-provider-aws, `Timeouts` of each resource), against what was seen: a control plane is
 * created in 8 to 12 minutes of 30, brought to another minor in 8 to 15 of 60 and deleted in 1 to 9 of 15; a NAT gateway is created
 * in 2 of 10 and deleted in 1 of 30. An add-on is created in seconds of 20 minutes: one that is DEGRADED for longer has no node to run
 * on, and waiting gives it none. The project's own resources have no limit in all: a wait for Flux has the one of its settings, and a
 * teardown ends by what no longer moves, never by the clock.
 */
import type { CustomTimeouts } from "@pulumi/pulumi";

export const timeouts = {
  /**
   * Provider: 60 minutes each. EKS moves a third of the nodes at a time (`updateConfig`), and for each third waits for new
   * nodes, gives pods 15 minutes to be evicted, and then waits for their grace periods: four rounds of half an hour and
   * more, where disruption budgets are tight. A deletion evicts in the same way, all nodes at once. A creation ends by
   * itself after 15 minutes where nodes do not join, but scarce instance types come one by one.
   * Source: EKS User Guide, "Understand each phase of node updates".
   */
  nodeGroup: { create: "2h", update: "6h", delete: "3h" },
  /** Provider: 20 minutes for an update, which rolls a DaemonSet over a tenth of the nodes at a time. */
  addon: { update: "1h" },
} as const satisfies Readonly<Record<string, CustomTimeouts>>;
