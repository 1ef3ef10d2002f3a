import assert from "node:assert/strict";
import { eventually } from "../cluster.ts";
import { madeInAws, timeOf } from "../evidence.ts";
import { balancedService, controllerOfBalancers } from "../manifests.ts";
import type { Scenario } from "../scenario.ts";

const delay = 8;
const service = "v1 Service app-a/hasty";

export const scenario: Scenario = {
  number: 27,
  title: "a finalizer that is lifted before AWS has finished",
  files: controllerOfBalancers,
  plant: async (sandbox) => {
    const knobs = { "local.sdlc.dev/lift-first": "true", "local.sdlc.dev/delete-delay": String(delay) };
    await sandbox.cluster.apply(balancedService("app-a/hasty", knobs));
    await madeInAws(sandbox, "load-balancer", 1);
  },
  present: async ({ cluster }) => {
    const { metadata } = await cluster.get(service);
    assert.equal(metadata.annotations?.["local.sdlc.dev/lift-first"], "true");
  },
  meanwhile: async ({ account, cluster, name, notes }, { ended }) => {
    const note = (what: string): void => void notes.set(what, new Date().toISOString());
    await eventually(
      "the Service is gone",
      async () => ended.aborted || (await cluster.read(service)) === undefined,
    );
    note("object");
    const there = async (): Promise<boolean> => (await account.madeFor(name, "load-balancer")).length > 0;
    if (!(await there())) return;
    await eventually("its load balancer is gone", async () => ended.aborted || !(await there()));
    note("balancer");
  },
  check: ({ notes }, { events }) => {
    const balancer = notes.get("balancer");
    assert.ok(balancer, "the load balancer did not outlive its Service");
    const controller = "HelmRelease.helm.toolkit.fluxcd.io kube-system/aws-load-balancer-controller";
    const late = Date.parse(balancer) - timeOf(events, "deleting", controller);
    // A look at the account takes its time.
    assert.ok(late < 2_000, `the controller was deleted ${late} ms before the load balancer was gone`);
  },
};
