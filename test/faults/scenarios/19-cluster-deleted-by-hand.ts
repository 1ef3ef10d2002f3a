import assert from "node:assert/strict";
import { DescribeClusterCommand, ResourceNotFoundException } from "@aws-sdk/client-eks";
import { deleteCluster } from "../clear-away.ts";
import { keptVolume, madeInAws, rememberVolume, volumesOfClaims } from "../evidence.ts";
import { database, withBalancedApplication } from "../manifests.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  number: 19,
  title: "somebody deleted the cluster, and left what it had made",
  files: (sandbox) => ({
    ...withBalancedApplication(sandbox),
    "apps/app-a/orders.yaml": database("app-a/orders"),
  }),
  plant: async (sandbox) => {
    await madeInAws(sandbox, "load-balancer", 1);
    await volumesOfClaims(sandbox, 1);
    await rememberVolume(sandbox);
    await deleteCluster(sandbox);
  },
  present: async (sandbox) => {
    const { account, name } = sandbox;
    await assert.rejects(account.eks.send(new DescribeClusterCommand({ name })), ResourceNotFoundException);
    assert.equal((await account.madeFor(name, "load-balancer")).length, 1);
    await volumesOfClaims(sandbox, 1);
  },
  // Its claim would have let it go, but nobody can be asked any more.
  keeps: ({ notes }) => [notes.get("volume") ?? ""],
  check: keptVolume,
};
