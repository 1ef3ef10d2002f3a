/**
 * The table of all kinds of things that a cluster or its stack may leave in AWS. Drain, sweep, ledger and the count
 * of leftovers ask AWS by these files, and nothing else asks it what is there. A new kind is one file in `kinds/` and one line here.
 */
import { isSwept, type AwsKind, type SweptKind } from "./kind.ts";
import { classicLoadBalancers } from "./kinds/classic-load-balancers.ts";
import { clusterKinds } from "./kinds/clusters.ts";
import { oidcProviders, roles } from "./kinds/iam.ts";
import { instances } from "./kinds/instances.ts";
import { kmsKeys } from "./kinds/kms-keys.ts";
import { launchTemplates } from "./kinds/launch-templates.ts";
import { loadBalancers } from "./kinds/load-balancers.ts";
import { logGroups } from "./kinds/log-groups.ts";
import { networkKinds } from "./kinds/network.ts";
import { balancerInterfaces, networkInterfaces } from "./kinds/network-interfaces.ts";
import { securityGroups } from "./kinds/security-groups.ts";
import { snapshots } from "./kinds/snapshots.ts";
import { targetGroups } from "./kinds/target-groups.ts";
import { volumes } from "./kinds/volumes.ts";

export const awsKinds: readonly AwsKind[] = [
  ...clusterKinds,
  ...networkKinds,
  loadBalancers,
  classicLoadBalancers,
  targetGroups,
  instances,
  networkInterfaces,
  balancerInterfaces,
  securityGroups,
  volumes,
  snapshots,
  launchTemplates,
  roles,
  oidcProviders,
  kmsKeys,
  logGroups,
];

/** What a sweep may delete, or waits for. Any other kind it never touches. */
export const sweptKinds: readonly SweptKind[] = awsKinds.filter(isSwept);
