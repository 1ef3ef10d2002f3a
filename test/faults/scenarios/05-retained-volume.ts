import assert from "node:assert/strict";
import type { Address } from "../cluster.ts";
import { database, retainingClass } from "../manifests.ts";
import type { Scenario } from "../scenario.ts";

const claim: Address = "v1 PersistentVolumeClaim app-a/data-ledger-0";

export const scenario: Scenario = {
  number: 5,
  title: "a volume that is to be retained",
  files: () => ({
    "platform/configs/retained.yaml": retainingClass,
    "apps/app-a/ledger.yaml": database("app-a/ledger", "retained"),
  }),
  plant: async ({ cluster, notes }) => {
    await cluster.until(claim, "is bound", (found) => found?.status?.["phase"] === "Bound");
    const name = String((await cluster.get(claim)).spec?.["volumeName"]);
    const { spec } = await cluster.get(`v1 PersistentVolume ${name}`);
    notes.set("volume", (spec?.["csi"] as { volumeHandle: string }).volumeHandle);
    notes.set("policy", String(spec?.["persistentVolumeReclaimPolicy"]));
  },
  present: async ({ account, notes }) => {
    assert.equal(notes.get("policy"), "Retain");
    assert.ok((await account.objects()).some(({ id }) => id === notes.get("volume")));
  },
  keeps: ({ notes }) => [notes.get("volume") ?? ""],
  check: ({ notes }, { events }) => {
    const kept = events.some(
      (event) => event.type === "kept" && event.thing.reference === notes.get("volume"),
    );
    assert.ok(kept, "the receipt does not say that the volume is kept");
  },
};
