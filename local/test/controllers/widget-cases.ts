import assert from "node:assert/strict";
import type { KubernetesObject } from "@kubernetes/client-node";
import { until } from "../kubelet/sandbox.ts";
import type { World } from "./world.ts";

const apiVersion = "example.dev/v1";
const finalizer = "example.dev/widget";

export function widgetCases(get: () => World): void {
  const widgets = async (): Promise<KubernetesObject[]> =>
    (await get().cluster.client.objects.list(apiVersion, "Widget", "default")).items;
  const create = (name: string, delay = 0): Promise<void> =>
    get().cluster.client.create({
      apiVersion,
      kind: "Widget",
      metadata: {
        name,
        namespace: "default",
        ...(delay > 0 && { annotations: { "local.sdlc.dev/delete-delay": String(delay) } }),
      },
    });
  const held = (count: number): Promise<unknown> =>
    until(`${count} Widgets are held`, async () => {
      const all = await widgets();
      return all.filter(({ metadata }) => metadata?.finalizers?.includes(finalizer)).length === count;
    });
  const remove = (name: string): Promise<void> => get().cluster.remove("Widget", name, "default", apiVersion);

  before(() =>
    get().install({
      name: "widget-operator",
      url: "https://example-dev.github.io/charts",
      version: "1.2.0",
      values: {},
    }),
  );

  it("lifts the finalizers of hundreds of objects in seconds", async () => {
    const names = Array.from({ length: 200 }, (_, index) => `widget-${index}`);
    await Promise.all(names.map((name) => create(name)));
    await held(names.length);
    const began = performance.now();
    await Promise.all(names.map(remove));
    await until("all Widgets are gone", async () => (await widgets()).length === 0);
    const seconds = (performance.now() - began) / 1000;
    assert.ok(seconds < 60, `it took ${seconds} s`);
  });

  it("takes the time that an object asks for", async () => {
    await create("slow", 2);
    await create("fast");
    await held(2);
    const began = performance.now();
    await Promise.all([remove("slow"), remove("fast")]);
    await until("the fast one is gone", async () => (await widgets()).length === 1);
    await until("the slow one is gone", async () => (await widgets()).length === 0);
    assert.ok(performance.now() - began >= 2_000);
  });

  it("holds its objects for ever once it is stopped", async () => {
    await create("stuck");
    await held(1);
    await get().scale("widget-operator", "kube-system", 0);
    await remove("stuck");
    const [left] = await widgets();
    assert.deepEqual(left?.metadata?.finalizers, [finalizer]);
    assert.ok(left.metadata.deletionTimestamp);
    await get().scale("widget-operator", "kube-system", 1);
    await until("it is gone", async () => (await widgets()).length === 0);
  });
}
