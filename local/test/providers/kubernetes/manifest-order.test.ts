import assert from "node:assert/strict";
import fc from "fast-check";
import { manifestOrder } from "../../../providers/kubernetes/manifest-order.ts";
import type { KubernetesObject } from "../../../providers/kubernetes/object.ts";

const object = (
  apiVersion: string,
  kind: string,
  name: string,
  rest: Record<string, unknown> = {},
  metadata = {},
): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name, ...metadata },
  ...rest,
});

const space = object("v1", "Namespace", "space");
const definition = object("apiextensions.k8s.io/v1", "CustomResourceDefinition", "widgets.example.com", {
  spec: { group: "example.com", names: { kind: "Widget" } },
});
const widget = object("example.com/v1", "Widget", "widget", {}, { namespace: "space" });
const account = object("v1", "ServiceAccount", "account", {}, { namespace: "space" });
const after = object(
  "v1",
  "ConfigMap",
  "after",
  {},
  {
    annotations: {
      "config.kubernetes.io/depends-on":
        "/namespaces/space/ServiceAccount/account, example.com/namespaces/space/Widget/widget",
    },
  },
);
const needs: readonly (readonly [KubernetesObject, KubernetesObject])[] = [
  [widget, definition],
  [widget, space],
  [account, space],
  [after, account],
  [after, widget],
];

describe("order of a manifest", () => {
  it("puts what an object needs before it, however the manifest is written", () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray([space, definition, widget, account, after], { minLength: 5 }),
        (objects) => {
          const order = manifestOrder(objects).map((ordered) => ordered.object);
          assert.equal(order.length, 5);
          for (const [object, needed] of needs) assert.ok(order.indexOf(needed) < order.indexOf(object));
        },
      ),
    );
  });

  it("names a circle", () => {
    const on = (reference: string): object => ({
      annotations: { "config.kubernetes.io/depends-on": reference },
    });
    const first = object("v1", "Secret", "first", {}, on("/Secret/second"));
    const second = object("v1", "Secret", "second", {}, on("/Secret/first"));
    assert.throws(
      () => manifestOrder([first, second]),
      /circle: \/Secret\/first -> \/Secret\/second -> \/Secret\/first/,
    );
  });
});
