/** The types that a sweep may delete. What is not in this list it never touches. */
import type { SweepKind } from "./kind.ts";
import { classicLoadBalancers } from "./kinds/classic-load-balancers.ts";
import { instances } from "./kinds/instances.ts";
import { balancerInterfaces, interfaces } from "./kinds/interfaces.ts";
import { launchTemplates } from "./kinds/launch-templates.ts";
import { loadBalancers } from "./kinds/load-balancers.ts";
import { logGroups } from "./kinds/log-groups.ts";
import { securityGroups } from "./kinds/security-groups.ts";
import { targetGroups } from "./kinds/target-groups.ts";
import { volumes } from "./kinds/volumes.ts";

export const sweepKinds: readonly SweepKind[] = [
  loadBalancers,
  classicLoadBalancers,
  targetGroups,
  instances,
  interfaces,
  balancerInterfaces,
  securityGroups,
  volumes,
  launchTemplates,
  logGroups,
];
