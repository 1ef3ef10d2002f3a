import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { parseInstallManifest } from "../../../src/flux/install-manifest.ts";
import { checkDigest } from "../../../src/flux/manifest-digest.ts";

const address = "https://github.com/fluxcd/flux2/releases/download/v2.7.3/install.yaml";
const deployment = (name: string): string =>
  `---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: ${name}\n  namespace: flux-system\n`;
const manifest = ["source-controller", "kustomize-controller", "helm-controller"].map(deployment).join("");

describe("the install manifest of Flux", () => {
  it("becomes its objects and the digest of its text", () => {
    const { digest, objects } = parseInstallManifest(address, manifest);
    assert.deepEqual(
      objects.map(({ metadata }) => metadata.name),
      ["source-controller", "kustomize-controller", "helm-controller"],
    );
    assert.equal(digest, `sha256:${createHash("sha256").update(manifest).digest("hex")}`);
  });

  for (const [what, text, fault] of [
    ["a page", "<html><body>Blocked</body></html>", "holds something that is no Kubernetes object"],
    ["nothing", "", "has no Deployment source-controller, kustomize-controller, helm-controller"],
    [
      "half of it",
      deployment("source-controller"),
      "has no Deployment kustomize-controller, helm-controller",
    ],
    ["no YAML", "a: [", "is not YAML"],
  ] as const) {
    it(`is not taken from ${what}`, () => {
      assert.throws(() => parseInstallManifest(address, text), {
        name: "UserError",
        message: new RegExp(`^Flux: what ${address} serves is not the install manifest .* ${fault}`),
      });
    });
  }
});

describe("the digest of an installed manifest", () => {
  const fetched = { version: "v2.7.3", digest: "sha256:aa" };

  it("is taken as it is the first time, and for another release", () => {
    checkDigest(fetched, undefined);
    checkDigest(fetched, { version: "v2.7.2", digest: "sha256:bb" });
    checkDigest(fetched, fetched);
  });

  it("is held to for the same release", () => {
    assert.throws(() => {
      checkDigest(fetched, { version: "v2.7.3", digest: "sha256:bb" });
    }, /v2\.7\.3 is not the one this stack installed: it has sha256:aa, recorded is sha256:bb\./);
  });
});
