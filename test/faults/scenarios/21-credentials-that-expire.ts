import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { eventually } from "../cluster.ts";
import { madeInAws } from "../evidence.ts";
import { widget, widgetOperator, withBalancedApplication } from "../manifests.ts";
import type { Scenario } from "../scenario.ts";

/** Milliseconds until somebody has logged in again. */
const away = 6_000;

export const scenario: Scenario = {
  number: 21,
  title: "the operator's AWS credentials expire in the middle, and are renewed",
  alone: true,
  files: (sandbox) => ({
    ...withBalancedApplication(sandbox),
    "platform/services/widget-operator.yaml": widgetOperator,
    "apps/app-a/widget.yaml": widget("app-a/slow", 10),
  }),
  plant: async (sandbox) => {
    await madeInAws(sandbox, "load-balancer", 1);
  },
  present: async (sandbox) => {
    const { account, run } = sandbox;
    await account.expireKeys(true, run.info.accessKeyId);
    await assert.rejects(account.calledOnce(), /ExpiredToken|expired/i);
    await account.expireKeys(false, run.info.accessKeyId);
    await account.calledOnce();
  },
  meanwhile: async ({ account, run, notes }, { ended, deletes }) => {
    await eventually("something is deleted", async () => ended.aborted || deletes());
    await account.expireKeys(true, run.info.accessKeyId);
    await sleep(away, undefined, { signal: ended }).catch(() => undefined);
    await account.expireKeys(false, run.info.accessKeyId);
    notes.set("renewed", ended.aborted ? "too late" : "in time");
  },
  check: ({ notes }) => {
    assert.equal(notes.get("renewed"), "in time", "the destroy was over before the credentials were renewed");
  },
};
