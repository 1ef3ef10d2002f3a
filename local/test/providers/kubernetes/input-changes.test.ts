import assert from "node:assert/strict";
import type { Properties } from "../../../product.ts";
import { inputChanges, type ChangeRequest } from "../../../providers/kubernetes/input-changes.ts";
import type { KubernetesObject } from "../../../providers/kubernetes/object.ts";

const fixed = { configMaps: false, secrets: false };

function object(
  apiVersion: string,
  kind: string,
  rest: Properties = {},
  metadata: Properties = {},
): KubernetesObject {
  return { apiVersion, kind, metadata: { name: "it", namespace: "here", ...metadata }, ...rest };
}

function changes(request: Partial<ChangeRequest> & Pick<ChangeRequest, "live" | "news">): string[] {
  const { changes: found, deleteBeforeReplace } = inputChanges({
    olds: request.news,
    mutability: fixed,
    patch: false,
    ...request,
  });
  const listed = found.map(({ path, kind, replace }) => `${replace ? "replace" : kind} ${path}`);
  return deleteBeforeReplace && found.some(({ replace }) => replace) ? [...listed, "delete first"] : listed;
}

describe("changes of a Kubernetes object's inputs", () => {
  it("sees drift in what the program sets, and not what the cluster fills in", () => {
    const news = object("apps/v1", "Deployment", { spec: { replicas: 2 } });
    const live = { ...object("apps/v1", "Deployment", { spec: { replicas: 2, paused: true }, status: {} }) };
    assert.deepEqual(changes({ live, news }), []);
    assert.deepEqual(changes({ live: { ...live, spec: { replicas: 5 } }, news }), ["update spec.replicas"]);
  });

  it("takes equal quantities as equal, and only quantities", () => {
    const container = (cpu: string, image: string): Properties => ({
      spec: {
        template: { spec: { containers: [{ image, resources: { limits: { cpu, memory: "1.5Gi" } } }] } },
      },
    });
    const live = object("apps/v1", "Deployment", container("1", "app:1"));
    assert.deepEqual(
      changes({ live, news: object("apps/v1", "Deployment", container("1000m", "app:1")) }),
      [],
    );
    assert.deepEqual(changes({ live, news: object("apps/v1", "Deployment", container("500m", "app:1.0")) }), [
      "update spec.template.spec.containers[0].image",
      "update spec.template.spec.containers[0].resources.limits.cpu",
    ]);
  });

  it("forgives empty values that the API server dropped, but not newly set ones", () => {
    const live = object("v1", "Pod", { spec: {} });
    const off = object("v1", "Pod", { spec: { hostNetwork: false } });
    assert.deepEqual(changes({ live, olds: off, news: off }), []);
    assert.deepEqual(changes({ live, olds: object("v1", "Pod", { spec: {} }), news: off }), [
      "replace spec.hostNetwork",
      "delete first",
    ]);
  });

  it("replaces what cannot or must not change in place", () => {
    const cases: readonly (readonly [KubernetesObject, KubernetesObject, string[]])[] = [
      [
        object("v1", "ConfigMap", { data: { a: "1" } }),
        object("v1", "ConfigMap", { data: { a: "2" } }),
        ["replace data.a", "delete first"],
      ],
      [
        object("v1", "Namespace"),
        object("v1", "Namespace", {}, { name: "other" }),
        ["replace metadata.name"],
      ],
      [
        object("batch/v1", "Job", { spec: { template: 1 } }),
        object("batch/v1", "Job", { spec: { template: 2 } }),
        ["replace spec.template", "delete first"],
      ],
      [
        object("example.com/v1", "Job", { spec: { template: 1 } }),
        object("example.com/v1", "Job", { spec: { template: 2 } }),
        ["update spec.template"],
      ],
    ];
    for (const [live, news, expected] of cases)
      assert.deepEqual(changes({ live, olds: live, news }), expected);
    const generated = { annotations: { "pulumi.com/autonamed": "true" } };
    const live = object("v1", "ConfigMap", { data: { a: "1" } }, generated);
    const news = object("v1", "ConfigMap", { data: { a: "2" } }, generated);
    assert.deepEqual(changes({ live, news }), ["replace data.a"]);
    assert.deepEqual(changes({ live, news, mutability: { ...fixed, configMaps: true } }), ["update data.a"]);
    assert.deepEqual(changes({ live, news, patch: true }), ["update data.a"]);
  });

  it("compares a Secret by what is stored", () => {
    const live = object("v1", "Secret", { data: { password: "aGVsbG8=" } });
    const written = (password: string): KubernetesObject =>
      object("v1", "Secret", { stringData: { password } });
    assert.deepEqual(changes({ live, news: written("hello") }), []);
    assert.deepEqual(changes({ live, olds: written("hello"), news: written("bye") }), [
      "replace data.password",
      "delete first",
    ]);
  });

  it("takes no namespace for the default one, and for none where the kind has none", () => {
    const nowhere = { namespace: undefined };
    const inDefault = object("v1", "Pod", {}, { namespace: "default" });
    assert.deepEqual(changes({ live: inDefault, news: object("v1", "Pod", {}, nowhere) }), []);
    assert.deepEqual(changes({ live: object("v1", "Node", {}, nowhere), news: object("v1", "Node") }), []);
  });
});
