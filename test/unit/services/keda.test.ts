import assert from "node:assert/strict";
import { parseAllDocuments } from "yaml";
import { keda } from "../../../src/services/keda.ts";
import { serviceManifest, servicePath } from "../../../src/render.ts";
import { serviceObjects, type ServiceOptions } from "../../../src/services/service.ts";

const options: ServiceOptions = { version: "2.18.0", interval: "1h", retries: 3, values: {} };

describe("KEDA as a platform service", () => {
  it("is a namespace, a repository and a release on Flux's stable APIs", () => {
    assert.deepEqual(serviceObjects(keda, options), [
      {
        apiVersion: "v1",
        kind: "Namespace",
        metadata: { name: "keda", labels: { "toolkit.fluxcd.io/tenant": "sre-team" } },
      },
      {
        apiVersion: "source.toolkit.fluxcd.io/v1",
        kind: "HelmRepository",
        metadata: { name: "kedacore", namespace: "keda" },
        spec: { interval: "30m", url: "https://kedacore.github.io/charts" },
      },
      {
        apiVersion: "helm.toolkit.fluxcd.io/v2",
        kind: "HelmRelease",
        metadata: { name: "keda", namespace: "keda" },
        spec: {
          releaseName: "keda",
          chart: {
            spec: {
              chart: "keda",
              version: "2.18.0",
              sourceRef: { kind: "HelmRepository", name: "kedacore" },
            },
          },
          interval: "1h",
          install: { remediation: { retries: 3 } },
          upgrade: { remediation: { retries: 3 } },
        },
      },
    ]);
  });

  it("takes version, interval, retries and values from the stack", () => {
    const [, , release] = serviceObjects(keda, {
      version: "2.17.2",
      interval: "30m",
      retries: 5,
      values: { operator: { replicaCount: 2 } },
    });
    const spec = release?.["spec"] as Record<string, unknown>;
    assert.deepEqual((spec["chart"] as { spec: { version: string } }).spec.version, "2.17.2");
    assert.equal(spec["interval"], "30m");
    assert.deepEqual(spec["install"], { remediation: { retries: 5 } });
    assert.deepEqual(spec["values"], { operator: { replicaCount: 2 } });
  });

  it("is read back from its file as the same objects", () => {
    const objects = serviceObjects(keda, {
      ...options,
      values: { on: "off", version: "1.10", list: [1, "1"] },
    });
    const read = parseAllDocuments(serviceManifest(objects)).map((document) => document.toJS() as unknown);
    assert.deepEqual(read, objects);
    assert.equal(servicePath(keda.name), "platform/services/keda.yaml");
  });
});
