/** The rules between stacks, by the real engine and the real program: stacks that say what they run, and one `preview`. */
import assert from "node:assert/strict";
import path from "node:path";
import { execa } from "execa";
import { checkout } from "../../local/folders.ts";
import { TestBackend } from "../support/backend.ts";

describe("Versions of other stacks, at the engine", function () {
  this.timeout(60_000);
  let backend: TestBackend;

  before(async () => {
    backend = await TestBackend.create();
    await backend.init("development");
    await backend.deployed("development", { kubernetesVersion: "1.33" });
    await backend.init("staging");
    await backend.deployed("staging", { kubernetesVersion: "1.33" });
  });

  after(() => backend.remove());

  /** What `pulumi preview` of a stack in the checkout says; it ends before anything is asked of a provider. */
  async function preview(stack: string, config: Readonly<Record<string, unknown>>): Promise<string> {
    await backend.configure(stack, {
      "aws:region": "eu-west-1",
      endpoint: { allowedCidrs: ["203.0.113.0/24"] },
      flux: { enabled: false },
      tags: { ticket: "TICKET-1", owner: "platform-team" },
      ...config,
    });
    const file = path.join(backend.folder, `Pulumi.${stack}.yaml`);
    const args = ["preview", "--stack", stack, "--config-file", file, "--color", "never"];
    const { all, exitCode } = await execa("pulumi", args, {
      cwd: checkout,
      env: { ...backend.env, PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" },
      reject: false,
      all: true,
      stdin: "ignore",
    });
    assert.notEqual(exitCode, 0, all);
    return all;
  }

  it("hold staging to Development, and production to staging", async () => {
    assert.match(
      await preview("staging", { kubernetesVersion: "1.34" }),
      /from 1\.33 to 1\.34 is refused, because organization\/kubernetes-sdlc\/development runs 1\.33, and staging is never ahead of it\./,
    );
    await backend.init("production");
    assert.match(
      await preview("production", { kubernetesVersion: "1.34" }),
      /to 1\.34 is refused, because organization\/kubernetes-sdlc\/staging runs 1\.33, and production is never ahead of it\./,
    );
  });

  it("hold a literal of a sandbox to one minor ahead of the Development that its settings name", async () => {
    await backend.init("sandbox-a");
    const development = { organization: "organization", project: "kubernetes-sdlc", stack: "staging" };
    assert.match(
      await preview("sandbox-a", { kubernetesVersion: "1.35", development }),
      /kubernetes-sdlc\/staging runs 1\.33, and sandbox-a is at most one minor ahead of it\.\n\s+Next allowed step: pulumi config set kubernetesVersion 1\.34, then pulumi up\./,
    );
  });
});
