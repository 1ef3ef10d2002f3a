import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { CreateLogGroupCommand, DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import type { Scenario } from "../scenario.ts";

/** In milliseconds. */
const betweenLooks = 50;

/** The last lines of a control plane arrive when the cluster is gone, and EKS makes the group for them. */
export const scenario: Scenario = {
  number: 28,
  title: "the control plane's log group comes back after its deletion",
  plant: () => Promise.resolve(),
  present: async ({ account, name }) => {
    const groups = (await account.objects()).filter(({ type }) => type === "log-group");
    assert.ok(
      groups.some(({ id }) => id === groupOf(name)),
      "the cluster has no log group",
    );
  },
  meanwhile: async ({ account: { logs }, name, notes }, { ended }) => {
    const prefix = { logGroupNamePrefix: groupOf(name) };
    // The group goes after the cluster; between that and the last look of the destroy lies less than a second.
    while (!ended.aborted) {
      const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand(prefix));
      if (logGroups.length === 0) break;
      await sleep(betweenLooks);
    }
    if (ended.aborted) return;
    await logs.send(new CreateLogGroupCommand({ logGroupName: groupOf(name) }));
    notes.set("back", "yes");
  },
  check: ({ notes }) => {
    assert.equal(notes.get("back"), "yes", "the destroy was over before the group came back");
  },
};

const groupOf = (name: string): string => `/aws/eks/${name}/cluster`;
