import assert from "node:assert/strict";
import * as github from "@pulumi/github";
import { SandboxBranch } from "../../components/sandbox-branch.ts";
import { gitopsMocks } from "../support/gitops-mocks.ts";
import { record, type Recording } from "../support/registrations.ts";

const component = "sdlc:sandbox-branch:SandboxBranch work";
const ticket = "github:index/branch:Branch work-ticket";
const cluster = "sdlc:github:Branch work-cluster";

function branch(names: readonly string[]): Promise<Recording<Record<string, unknown>>> {
  return record(gitopsMocks(), () => {
    const made = new SandboxBranch("work", {
      plan: {
        url: "https://github.com/acme/platform.git",
        repository: { scheme: "https", host: "github.com", owner: "acme", name: "platform" },
        base: "main",
        ticketBranch: "TICKET-1-add-keda",
        clusterBranch: "cluster/sandbox-a",
        from: "clusters/development",
        to: "clusters/sandbox-a",
      },
      provider: new github.Provider("git", { owner: "acme", token: "secret" }),
      token: "secret",
      commit: "0a1b",
      clone: new Map(names.map((name) => [`clusters/sandbox-a/${name}`, `content of ${name}\n`])),
    });
    return { commit: made.commit };
  });
}

describe("SandboxBranch", () => {
  it("takes the ticket branch, and puts the clone on a branch of its own", async () => {
    const { registrations, outputs } = await branch(["apps.yaml", "platform.yaml"]);

    assert.deepEqual(registrations.shapeOf(component), {
      [ticket]: [{ repository: "platform", branch: "TICKET-1-add-keda", sourceBranch: "main" }, [cluster]],
      [cluster]: [
        {
          host: "github.com",
          owner: "acme",
          repository: "platform",
          branch: "cluster/sandbox-a",
          commit: "0a1b",
          directory: "clusters/sandbox-a",
          files: {
            "clusters/sandbox-a/apps.yaml": "content of apps.yaml\n",
            "clusters/sandbox-a/platform.yaml": "content of platform.yaml\n",
          },
          message: "Clone clusters/development for clusters/sandbox-a",
          token: { secret: "secret" },
        },
        [],
      ],
    });
    assert.deepEqual(outputs, { commit: "c10e" });
  });

  it("never deletes the engineer's branch, nor renames it for another ticket", async () => {
    const { registrations } = await branch(["platform.yaml"]);
    const { retainOnDelete, replaceOnChanges, ignoreChanges, provider } = registrations.get(ticket);
    assert.equal(retainOnDelete, true);
    assert.deepEqual(replaceOnChanges, ["branch"]);
    assert.deepEqual(ignoreChanges, ["sourceBranch", "sourceSha"]);
    assert.equal(provider, "pulumi:providers:github git");
  });

  it("lets the clone's branch go with the stack", async () => {
    const { registrations } = await branch(["platform.yaml"]);
    const { retainOnDelete, deletedWith } = registrations.get(cluster);
    assert.deepEqual([retainOnDelete, deletedWith], [false, undefined]);
  });
});
