import assert from "node:assert/strict";
import {
  AssociateAccessPolicyCommand,
  CreateAccessEntryCommand,
  DeleteAccessEntryCommand,
  ListAccessEntriesCommand,
} from "@aws-sdk/client-eks";
import { ApiException } from "@kubernetes/client-node";
import { eventually } from "../cluster.ts";
import type { Scenario } from "../scenario.ts";

const policyArn = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy";
const namespaces = "v1 Namespace kube-system";

export const scenario: Scenario = {
  number: 22,
  title: "the cluster does not know the operator any more",
  plant: async ({ account: { eks }, name, notes }) => {
    const { accessEntries = [] } = await eks.send(new ListAccessEntriesCommand({ clusterName: name }));
    const principalArn = accessEntries.find((arn) => arn.includes(":user/")) ?? "";
    notes.set("principal", principalArn);
    await eks.send(new DeleteAccessEntryCommand({ clusterName: name, principalArn }));
  },
  present: async ({ cluster }) => {
    await eventually("the cluster refuses", async () => {
      const answer = await cluster.read(namespaces).catch((error: unknown) => error);
      return answer instanceof ApiException && (answer.code === 401 || answer.code === 403);
    });
  },
  choices: { SDLC_TEARDOWN_DEADLINE: "10" },
  stops: {
    says: [/sandbox-f22/, /401|403|Unauthorized|Forbidden/i, /access entr/i],
    remedy: async ({ account: { eks }, name, notes }) => {
      const entry = { clusterName: name, principalArn: notes.get("principal") };
      await eks.send(new CreateAccessEntryCommand(entry));
      await eks.send(
        new AssociateAccessPolicyCommand({ ...entry, policyArn, accessScope: { type: "cluster" } }),
      );
      assert.ok(entry.principalArn);
      return {};
    },
  },
};
