/** Ledger and sweep as the engine runs them: made by an `up`, deleted in their order by a plain destroy. */
import assert from "node:assert/strict";
import { appendFile, readFile } from "node:fs/promises";
import { readdirSync } from "node:fs";
import path from "node:path";
import * as ec2 from "@aws-sdk/client-ec2";
import { parse, stringify } from "yaml";
import { checkout } from "../../../local/folders.ts";
import { latestReceipt } from "../../../src/teardown/ledger/receipt-files.ts";
import type { Receipt } from "../../../src/teardown/receipt/schema.ts";
import { Account, own, stackKey } from "../aws/account.ts";
import { createGroup } from "../../../local/test/gateway/network.ts";
import { user } from "../../../local/test/gateway/platform.ts";
import { folderWith, startTestInternet, type TestInternet } from "../../../local/test/internet/support.ts";
import { EngineProject } from "../../../local/test/providers/engine-project.ts";

interface ProjectFile {
  readonly plugins: { readonly providers: readonly { readonly name: string; readonly path: string }[] };
}

describe("ledger and sweep on the engine", function () {
  this.timeout(180_000);
  let account: Account;
  let net: TestInternet;
  let project: EngineProject;
  let reports: string;
  let head: string;

  const repository = () => net.internet.repository("acme", "platform");
  const branches = ["cluster/sandbox-a", "cluster/sandbox-a-b", "cluster/sandbox", "TICKET-1"];

  before(async () => {
    account = await Account.open();
    net = await startTestInternet();
    const { token } = net.internet.accounts.get("platform-engineer");
    const source = await folderWith(net.folder, { "README.md": "hello\n" });
    await net.internet.addRepository("acme", "platform", source);
    head = (await repository().resolve("refs/heads/main")) ?? "";
    for (const branch of branches) await repository().createRef(`refs/heads/${branch}`, head);
    reports = path.join(net.folder, "reports");
    project = await EngineProject.create({
      ...net.internet.environment,
      GITHUB_TOKEN: token,
      AWS_ENDPOINT_URL: account.world.platform.gateway.url,
      AWS_ACCESS_KEY_ID: user.accessKeyId,
      AWS_SECRET_ACCESS_KEY: user.secretAccessKey,
      SDLC_REPORTS: reports,
      SDLC_TEARDOWN_DEADLINE: "3",
    });
    const { plugins } = parse(await readFile(path.join(checkout, "Pulumi.yaml"), "utf8")) as ProjectFile;
    const providers = plugins.providers.map(({ name, path: place }) => ({
      name,
      path: path.join(checkout, place),
    }));
    await appendFile(path.join(project.folder, "Pulumi.yaml"), stringify({ plugins: { providers } }));
    await project.program(`
      import * as pulumi from "@pulumi/pulumi";
      class Any extends pulumi.CustomResource {}
      const subject = ${JSON.stringify({
        stack: "sandbox-a",
        environment: "sandbox",
        region: "eu-west-1",
        clusterName: "sandbox-a",
        stackTag: { key: stackKey, value: own.Value },
      })};
      const git = ${JSON.stringify({
        host: "github.com",
        owner: "acme",
        repository: "platform",
        clusterBranch: "cluster/sandbox-a",
        ticketBranch: "TICKET-1",
      })};
      const ledger = new Any("sdlc:teardown:Ledger", "ledger", {
        ...subject,
        allowDestroy: true,
        rolePrefix: "sandbox-a",
        logGroupPrefixes: ["/aws/vpc/sandbox-a"],
        git: { ...git, token: pulumi.secret("of the up") },
        account: undefined,
      });
      new Any("sdlc:teardown:CloudSweep", "sweep", { ...subject, vpcId: "${account.world.vpc}" }, { dependsOn: ledger });
      export const account = ledger.account;
    `);
  });

  after(async () => {
    await project.remove();
    await net.stop();
    await account.close();
  });

  const receipt = (): Receipt => latestReceipt("sandbox-a", reports)?.receipt ?? assert.fail("no receipt");

  it("are made without anything else, and are the same at the next up", async () => {
    const up = await project.run("up", []);
    assert.deepEqual([up.failed, up.diagnostics], [false, []]);
    assert.deepEqual((await project.run("up", [])).changes, { same: 3 });
    assert.equal(await repository().resolve("refs/heads/cluster/sandbox-a"), head);
  });

  it("fail with what is left, and end with a rerun that names both runs", async () => {
    const { aws, vpc } = account.world;
    const balancerTag = { Key: "elbv2.k8s.aws/cluster", Value: "sandbox-a" };
    const group = await account.tag(await createGroup(aws, vpc, "k8s-web"), balancerTag);
    // It is of the stack, and nothing that a cluster makes.
    const kept = await account.tag(await createGroup(aws, vpc, "by-hand"), own);
    const failed = await project.run("destroy", []);
    assert.equal(failed.failed, true);
    assert.match(
      failed.diagnostics.join("\n"),
      new RegExp(`Stack sandbox-a: the destroy is not complete\\.\\n +ec2:security-group ${kept} is left`),
    );
    assert.deepEqual(failed.steps, ["delete sweep"]);
    await aws.ec2.send(new ec2.DeleteSecurityGroupCommand({ GroupId: kept }));
    const destroy = await project.run("destroy", []);
    assert.equal(destroy.failed, false);
    assert.match(destroy.diagnostics.join("\n"), /info: 0 resources left, 1 kept on purpose\. Receipt: /);
    const { outcome, runs, deleted } = receipt();
    assert.equal(outcome, "clean");
    assert.deepEqual(
      runs.map(({ parts }) => parts.map(({ part, outcome: end }) => `${part} ${end}`)),
      [["sweep done", "ledger failed"], ["ledger done"]],
    );
    assert.deepEqual(deleted.map(({ what }) => what).sort(), ["cluster/sandbox-a", group]);
    assert.equal(readdirSync(reports).filter((name) => name.endsWith(".teardown.jsonl")).length, 0);
  });

  it("took the cluster's branch, and neither the ticket's nor one of a name that is like it", async () => {
    const found = await Promise.all(branches.map((branch) => repository().resolve(`refs/heads/${branch}`)));
    assert.deepEqual(found, [undefined, head, head, head]);
    assert.deepEqual(
      receipt().kept.map(({ where, reference }) => [where, reference]),
      [["git", "TICKET-1"]],
    );
  });
});
