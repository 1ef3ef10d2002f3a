/** Settings that a command needs before the stack that they are for is made. */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { gitopsUrl } from "../../commands/gitops-checkout.ts";
import { TestBackend } from "../support/backend.ts";

const url = "https://github.com/acme/platform.git";

describe("a setting of a stack", function () {
  this.timeout(60_000);
  let backend: TestBackend;

  before(async () => {
    backend = await TestBackend.create();
  });

  after(() => backend.remove());

  it("is read of its file, before there is such a stack", async () => {
    await writeFile(
      path.join(backend.folder, "Pulumi.staging.yaml"),
      `config:\n  kubernetes-sdlc:gitops:\n    url: ${url}\n`,
    );
    assert.equal(await gitopsUrl(backend.pulumi, "staging"), url);
  });

  it("is told to be missing where the file does not have it, and the stack where there is neither", async () => {
    await writeFile(
      path.join(backend.folder, "Pulumi.production.yaml"),
      "config:\n  aws:region: eu-west-1\n",
    );
    await assert.rejects(gitopsUrl(backend.pulumi, "production"), /production: has no gitops\.url/);
    await assert.rejects(gitopsUrl(backend.pulumi, "sandbox-z"), /sandbox-z: is not on this backend/);
  });
});
