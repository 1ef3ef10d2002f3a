import assert from "node:assert/strict";
import type { Address } from "../cluster.ts";
import { requireFinalizer, timeOf } from "../evidence.ts";
import { widget, widgetFinalizer, widgetKind, widgetOperator } from "../manifests.ts";
import type { Scenario } from "../scenario.ts";

const slow: Address = `${widgetKind} app-a/slow`;
const apps: Address = "kustomize.toolkit.fluxcd.io/v1 Kustomization flux-system/apps";

/** Seconds. */
const deletion = 20;
const timeout = 5;

export const scenario: Scenario = {
  number: 12,
  title: "deletionPolicy WaitForTermination, whose timeout looks like success",
  files: () => ({
    "platform/services/widget-operator.yaml": widgetOperator,
    "apps/app-a/widget.yaml": widget("app-a/slow", deletion),
  }),
  plant: async ({ cluster }) => {
    await cluster.until(slow, "is held", (found) => (found?.metadata.finalizers ?? []).length > 0);
    // The root takes it back at its next look, which is later than the destroy.
    await cluster.patch(apps, { spec: { deletionPolicy: "WaitForTermination", timeout: `${timeout}s` } });
  },
  present: async (sandbox) => {
    await requireFinalizer(sandbox, slow, widgetFinalizer);
    assert.equal((await sandbox.cluster.get(apps)).spec?.["deletionPolicy"], "WaitForTermination");
  },
  check: (_sandbox, { events }) => {
    const release = "HelmRelease.helm.toolkit.fluxcd.io widgets/widget-operator";
    const services = "Kustomization.kustomize.toolkit.fluxcd.io flux-system/platform-services";
    const operator = events.some((event) => event.type === "deleting" && event.id === release)
      ? release
      : services;
    const began = events.find((event) => event.type === "deleting");
    assert.ok(began);
    const waited = (timeOf(events, "deleting", operator) - Date.parse(began.at)) / 1000;
    assert.ok(
      waited >= deletion,
      `the operator was deleted after ${waited} s, and its object takes ${deletion}`,
    );
  },
};
