import assert from "node:assert/strict";
import { DeleteNetworkInterfaceCommand } from "@aws-sdk/client-ec2";
import { tagKeys } from "../../../src/tags.ts";
import { leakInterface, subnetOf } from "../plants.ts";
import type { Scenario } from "../scenario.ts";

/** As the VPC CNI leaves them where a node dies between their detachment and their deletion. */
export const scenario: Scenario = {
  number: 23,
  title: "interfaces of pods that outlive their nodes, and one of another cluster",
  plant: async (sandbox) => {
    const { account, vpcId, name, notes } = sandbox;
    const own = await subnetOf(account, vpcId);
    notes.set("leaked", await leakInterface(account, own, name));
    const elsewhere = (await account.objects()).find(
      ({ type, tags }) => type === "vpc" && tags[tagKeys.stack]?.endsWith("/development"),
    );
    assert.ok(elsewhere, "Development has no VPC");
    // Its name begins like this one's.
    notes.set("foreign", await leakInterface(account, await subnetOf(account, elsewhere.id), `${name}0`));
  },
  present: async ({ account, notes }) => {
    const ids = (await account.objects()).map(({ id }) => id);
    assert.ok(ids.includes(notes.get("leaked") ?? "") && ids.includes(notes.get("foreign") ?? ""));
  },
  check: async ({ account, notes }) => {
    const foreign = notes.get("foreign") ?? "";
    assert.ok(
      (await account.objects()).some(({ id }) => id === foreign),
      "the other cluster's interface is gone",
    );
    await account.ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: foreign }));
  },
};
