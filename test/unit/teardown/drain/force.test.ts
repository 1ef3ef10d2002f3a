/** What an operator who may force gets stripped, and what keeps its finalizer. */
import assert from "node:assert/strict";
import type { DrainContext } from "../../../../src/teardown/drain/context.ts";
import { strip, type Unstripped } from "../../../../src/teardown/drain/force.ts";
import type { Answer, Held } from "../../../../src/teardown/drain/held-in-aws.ts";
import type { KubernetesObject } from "../../../../src/kubernetes-object.ts";
import { inventoryOf } from "../../../../src/teardown/inventory/inventory.ts";
import { teardownOrder } from "../../../../src/teardown/order/order.ts";
import type { TeardownFact } from "../../../../src/teardown/receipt/events.ts";

const id = "PersistentVolume pv-1";
const lifted = "external-provisioner.volume.kubernetes.io/finalizer";

function volume(driver: string, volumeHandle: string): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: {
      name: "pv-1",
      uid: "1",
      deletionTimestamp: "2026-11-28T10:00:00Z",
      finalizers: ["kubernetes.io/pv-protection", lifted],
    },
    spec: { persistentVolumeReclaimPolicy: "Delete", csi: { driver, volumeHandle } },
  };
}

interface Forced {
  readonly kept: Unstripped | undefined;
  readonly events: readonly TeardownFact[];
  readonly patches: readonly unknown[];
}

async function force(
  manifest: KubernetesObject,
  answer: (held: Held) => Answer | undefined,
): Promise<Forced> {
  const [events, patches]: [TeardownFact[], unknown[]] = [[], []];
  const order = teardownOrder(inventoryOf([manifest]));
  const object = order.facts.inventory.objects.get(id) ?? assert.fail("it is not there");
  const context = {
    api: {
      send: ({ body }: { readonly body: unknown }) => {
        patches.push(body);
        return Promise.resolve({});
      },
    },
    journal: { append: (event: TeardownFact) => events.push(event) },
    warn: () => undefined,
    aws: { ask: (held: readonly Held[]) => Promise.resolve(held.flatMap((one) => answer(one) ?? [])) },
  } as unknown as DrainContext;
  const kinds = new Map([
    [
      "PersistentVolume",
      {
        group: "",
        apiVersion: "v1",
        kind: "PersistentVolume",
        plural: "persistentvolumes",
        verbs: [],
        namespaced: false,
      },
    ],
  ]);
  return { kept: await strip(context, kinds, order, order.facts, object), events, patches };
}

describe("force", () => {
  it("strips what AWS was asked for and has no more", async () => {
    const { kept, events, patches } = await force(volume("ebs.csi.aws.com", "vol-1"), (held) => ({
      held,
      is: "gone",
    }));
    assert.equal(kept, undefined);
    assert.deepEqual(events, [
      { type: "forced", id, what: `stripped of ${lifted}`, checked: "vol-1: gone from AWS" },
    ]);
    assert.deepEqual(patches, [{ metadata: { finalizers: ["kubernetes.io/pv-protection"], uid: "1" } }]);
  });

  it("strips nothing of what is not known, and says how to look and how to tell", async () => {
    const { kept, events, patches } = await force(volume("efs.csi.aws.com", "fs-1::fsap-2"), (held) => {
      const { ask } = held.holding;
      return ask.by === "nobody" ? { held, is: "not-known", ...ask } : { held, is: "gone" };
    });
    assert.deepEqual([events, patches], [[], []]);
    assert.equal(
      kept?.why,
      "it is not known whether AWS still has its EFS access point fs-1::fsap-2: the program does not look for volumes of efs.csi.aws.com",
    );
    assert.equal(
      kept.remedy,
      "Look: aws efs describe-access-points --access-point-id fsap-2. When it is gone, or may stay: " +
        `kubectl patch PersistentVolume pv-1 --type=merge -p '{"metadata":{"finalizers":["kubernetes.io/pv-protection"]}}', ` +
        "and run pulumi destroy again; the receipt counts it as not known.",
    );
  });

  it("strips nothing where AWS was silent, or still has what no tag shows", async () => {
    const silent = await force(volume("ebs.csi.aws.com", "vol-1"), () => undefined);
    assert.match(silent.kept?.why ?? "", /AWS was not asked for all that it holds/);
    const there = await force(volume("ebs.csi.aws.com", "vol-1"), (held) => {
      const thing = { type: "ec2:volume", id: "vol-1", because: "" };
      return { held, is: "there", things: [{ held, thing, state: "available", ownership: undefined }] };
    });
    assert.match(there.kept?.remedy ?? "", /^Delete ec2:volume vol-1 by hand\./);
    assert.deepEqual([...silent.patches, ...there.patches], []);
  });
});
