import assert from "node:assert/strict";
import { eventually, type Address } from "../cluster.ts";
import { madeInAws, requireFinalizer } from "../evidence.ts";
import { balancedService, controllerOfBalancers } from "../manifests.ts";
import type { Scenario } from "../scenario.ts";

const names = ["first", "second", "third"] as const;
const serviceOf = (name: (typeof names)[number]): Address => `v1 Service app-a/${name}`;

export const scenario: Scenario = {
  number: 20,
  title: "the engine is killed in the middle of the drain",
  files: controllerOfBalancers,
  plant: async (sandbox) => {
    for (const [index, name] of names.entries()) {
      const delay = { "local.sdlc.dev/delete-delay": String(index * 6) };
      await sandbox.cluster.apply(balancedService(`app-a/${name}`, delay));
    }
    await madeInAws(sandbox, "load-balancer", names.length);
  },
  present: async (sandbox) => {
    for (const name of names) await requireFinalizer(sandbox, serviceOf(name), "service.k8s.aws/resources");
  },
  meanwhile: async ({ cluster, notes }, { ended, deletes, kill }) => {
    await eventually(
      "something is gone",
      async () =>
        ended.aborted || ((await deletes()) && (await cluster.read(serviceOf("first"))) === undefined),
    );
    if (ended.aborted) return;
    notes.set("killed", new Date().toISOString());
    kill();
  },
  stops: { says: [], remedy: () => Promise.resolve({}) },
  check: ({ notes }, { events }) => {
    const killed = notes.get("killed");
    assert.ok(killed, "the destroy ended before it could be killed");
    const second = events.findLastIndex((event) => event.type === "started" && event.part === "drain");
    assert.ok(Date.parse(events[second]?.at ?? "") >= Date.parse(killed), "there was no second drain");
    const gone = events.slice(0, second).flatMap((event) => (event.type === "gone" ? [event.id] : []));
    const again = events.slice(second).flatMap((event) => (event.type === "deleting" ? [event.id] : []));
    assert.deepEqual(
      again.filter((id) => gone.includes(id)),
      [],
      "what was gone is deleted again",
    );
  },
};
