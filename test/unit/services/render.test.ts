import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseAllDocuments } from "yaml";
import { render } from "../../../src/render.ts";
import { keda } from "../../../src/services/keda.ts";
import { serviceObjects } from "../../../src/services/service.ts";

describe("rendering services into a checkout", () => {
  let folder: string;
  let services: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "render-"));
    services = path.join(folder, "checkout", "platform", "services");
    mkdirSync(services, { recursive: true });
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function stackFile(text: string): void {
    writeFileSync(path.join(folder, "Pulumi.sandbox-a.yaml"), text);
  }
  const rendered = (): string[] => render(folder, "sandbox-a", path.join(folder, "checkout"));

  it("writes one file a service, with the stack's own settings, however the stack delivers it", () => {
    for (const delivery of ["git", "cluster"]) {
      stackFile(
        `config:\n  kubernetes-sdlc:services:\n    keda:\n      delivery: ${delivery}\n      version: 2.17.2\n      values: { operator: { replicaCount: 2 } }\n`,
      );
      assert.deepEqual(rendered(), ["platform/services/keda.yaml"]);
      const objects = parseAllDocuments(readFileSync(path.join(services, "keda.yaml"), "utf8"));
      assert.deepEqual(
        objects.map((document) => document.toJS() as unknown),
        serviceObjects(keda, {
          version: "2.17.2",
          interval: "1h",
          retries: 3,
          values: { operator: { replicaCount: 2 } },
        }),
      );
    }
    assert.deepEqual(readdirSync(services), ["keda.yaml"]);
  });

  it("refuses a stack without services, and one with a mistake in them", () => {
    stackFile("config: {}\n");
    assert.throws(rendered, /Pulumi\.sandbox-a\.yaml has none/);
    stackFile("config:\n  kubernetes-sdlc:services:\n    keda: { delivery: git, version: 2.x }\n");
    assert.throws(rendered, /services\.keda\.version: given "2\.x", which is no exact version/);
  });

  it("refuses a folder that is no checkout of the GitOps repository", () => {
    stackFile("config:\n  kubernetes-sdlc:services:\n    keda: { delivery: git }\n");
    rmSync(path.join(folder, "checkout"), { recursive: true });
    assert.throws(rendered, /has no platform\/services/);
  });
});
