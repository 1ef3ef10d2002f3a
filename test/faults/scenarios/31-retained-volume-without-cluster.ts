import assert from "node:assert/strict";
import { DescribeClusterCommand, ResourceNotFoundException } from "@aws-sdk/client-eks";
import { deleteCluster } from "../clear-away.ts";
import type { Address } from "../cluster.ts";
import { keptVolume, rememberVolume, volumesOfClaims } from "../evidence.ts";
import { database, retainingClass } from "../manifests.ts";
import type { Scenario } from "../scenario.ts";

const claim: Address = "v1 PersistentVolumeClaim app-a/data-ledger-0";

export const scenario: Scenario = {
  number: 31,
  title: "cluster deleted by hand, with a retained volume",
  files: () => ({
    "platform/configs/retained.yaml": retainingClass,
    "apps/app-a/ledger.yaml": database("app-a/ledger", "retained"),
  }),
  plant: async (sandbox) => {
    const { cluster } = sandbox;
    await cluster.until(claim, "is bound", (found) => found?.status?.["phase"] === "Bound");
    await volumesOfClaims(sandbox, 1);
    await rememberVolume(sandbox);
    await deleteCluster(sandbox);
  },
  present: async (sandbox) => {
    const { account, name, notes } = sandbox;
    await assert.rejects(account.eks.send(new DescribeClusterCommand({ name })), ResourceNotFoundException);
    const volume = (await account.objects()).find(({ id }) => id === notes.get("volume"));
    // Nothing in AWS tells that it is to be retained.
    assert.ok(volume !== undefined && volume.tags["sdlc:kept"] === undefined);
  },
  keeps: ({ notes }) => [notes.get("volume") ?? ""],
  check: keptVolume,
};
