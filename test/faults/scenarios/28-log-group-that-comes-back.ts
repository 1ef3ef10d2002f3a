import assert from "node:assert/strict";
import { CreateLogGroupCommand } from "@aws-sdk/client-cloudwatch-logs";
import { eventually } from "../cluster.ts";
import type { Scenario } from "../scenario.ts";

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
  meanwhile: async ({ account, name, notes }, { ended }) => {
    const there = async (type: string, id: string): Promise<boolean> =>
      (await account.objects()).some((entry) => entry.type === type && entry.id.endsWith(id));
    await eventually(
      "the cluster and its log group are gone",
      async () =>
        ended.aborted ||
        (!(await there("eks-cluster", `cluster/${name}`)) && !(await there("log-group", groupOf(name)))),
      600_000,
    );
    if (ended.aborted) return;
    await account.logs.send(new CreateLogGroupCommand({ logGroupName: groupOf(name) }));
    notes.set("back", "yes");
  },
  check: ({ notes }) => {
    assert.equal(notes.get("back"), "yes", "the destroy was over before the group came back");
  },
};

const groupOf = (name: string): string => `/aws/eks/${name}/cluster`;
