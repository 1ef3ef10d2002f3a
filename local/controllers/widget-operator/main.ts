/**
 * Stands for any operator that holds its objects by a finalizer: `Widget.example.dev`. It lifts the finalizer at once, or as
 * late as the knobs say, and touches nothing but the cluster: for scenarios and measurements that want no AWS.
 */
import { Controller, type Live } from "../runtime/controller.ts";
import { connect, readFlags, reportReady } from "../runtime/environment.ts";

const controller = new Controller(connect(), "widget-operator");
await controller.manage<Live>(
  { apiVersion: "example.dev/v1", kind: "Widget", plural: "widgets" },
  {
    wants: () => true,
    finalizer: () => "example.dev/widget",
    failure: "FailedCleanup",
    concurrency: 50,
    sync: () => Promise.resolve(),
    remove: () => Promise.resolve(),
  },
);
reportReady(readFlags());
