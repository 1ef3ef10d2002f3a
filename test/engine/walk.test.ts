/** docs/walkthrough.md, typed as it stands: a ticket, from a sandbox to Production and back to nothing. */
import assert from "node:assert/strict";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { clusterConfig } from "../../local/cli/kubeconfig.ts";
import { readPlatformInfo } from "../../local/platform/info.ts";
import { stopPlatform } from "../../local/platform/stop.ts";
import { recordedProcesses } from "../../local/process-records.ts";
import { clusterSnapshot } from "../support/cluster-snapshot.ts";
import { HostedRepository } from "../support/git-host.ts";
import { Walkthrough } from "../support/walkthrough.ts";

const minute = 60_000;
const ticket = "TICKET-123-add-keda";
const kept = ["development", "staging", "production"] as const;

/** Whether every source holds what it follows, and every Kustomization has applied what its source holds. */
function isApplied(objects: Readonly<Record<string, string>>, main: string): boolean {
  const revisions = (kinds: RegExp): string[] =>
    Object.entries(objects).flatMap(([name, state]) => (kinds.test(name) ? [state.split(" ")[2] ?? ""] : []));
  const sources = revisions(/^(GitRepository|OCIRepository)\.source\./);
  // Each source of a cluster looks at Git at a minute of its own.
  if (sources.some((revision) => revision.startsWith("main@") && revision !== `main@sha1:${main}`))
    return false;
  return revisions(/^Kustomization\.kustomize\./).every((revision) => sources.includes(revision));
}

describe("The walkthrough, as it is typed", function () {
  this.timeout(30 * minute);
  // What follows a step that failed would only say so again.
  this.bail(true);
  let walk: Walkthrough;
  let stateFolder: string;
  let platform: HostedRepository;

  before(async () => {
    // Fast enough for a test, slow enough that states are passed through one after the other.
    walk = await Walkthrough.start("docs/walkthrough.md", { LOCAL_SCALE: "600", LOAD_SECONDS: "30" });
    stateFolder = path.join(walk.folder, ".local");
    platform = new HostedRepository(stateFolder, "acme", "platform");
  });

  after(async () => {
    const seconds = [...walk.seconds];
    const total = seconds.reduce((sum, [, taken]) => sum + taken, 0);
    for (const [heading, taken] of seconds) console.log(`      ${String(taken).padStart(4)} s  ${heading}`);
    console.log(`      ${String(total).padStart(4)} s  in all`);
    await stopPlatform(stateFolder);
    await walk.close();
  });

  /** The row of an environment in the last table that `make environments` printed. */
  const runs = (output: string, environment: string): string[] => {
    const rows = output.split("\n").filter((line) => line.startsWith(`│ ${environment} `));
    return (rows.at(-1) ?? "").split("│").map((cell) => cell.trim());
  };
  const healthy = (output: string, environment: string, version: string): void => {
    const [, , found, , , health] = runs(output, environment);
    assert.equal(found, version, output);
    assert.match(health ?? "", /^yes, /, output);
  };
  const mergedAs = (output: string): string => /"sha":"([0-9a-f]{40})","merged":true/.exec(output)?.[1] ?? "";
  const snapshots = async (): Promise<Record<string, Record<string, string>>> => {
    const info = await readPlatformInfo(stateFolder);
    assert.ok(info);
    return Object.fromEntries(
      await Promise.all(
        kept.map(async (stack) => {
          const config = await clusterConfig({ stateFolder, info, stack });
          return [stack, await clusterSnapshot(config.exportConfig())] as const;
        }),
      ),
    );
  };
  /**
   * What the environments hold once all that they follow is applied and nothing has moved for some seconds: a change that was
   * still on its way into Production would otherwise look like the destroy's doing.
   */
  const settled = async (): Promise<Record<string, Record<string, string>>> => {
    const until = Date.now() + 5 * minute;
    const [main = ""] = await platform.commits("main");
    const applied = (objects: Readonly<Record<string, string>>): boolean => isApplied(objects, main);
    let before = await snapshots();
    for (;;) {
      await pause(10_000);
      const now = await snapshots();
      if (isDeepStrictEqual(now, before) && Object.values(now).every(applied)) return now;
      assert.ok(Date.now() < until, `the environments do not come to rest:\n${JSON.stringify(now, null, 2)}`);
      before = now;
    }
  };
  /** Types a section that destroys a sandbox, and compares every object of the environments that stay. */
  const destroyed = async (heading: string, stack: string): Promise<void> => {
    const before = await settled();
    for (const environment of kept) {
      const count = Object.keys(before[environment] ?? {}).length;
      assert.ok(count > 200, `only ${count} objects in ${environment}`);
    }
    const output = await walk.section(heading);
    assert.match(output, new RegExp(`^${stack} destroyed: 0 resources left, `, "m"));
    assert.deepEqual(await snapshots(), before);
    assert.deepEqual(runs(output, stack), [""]);
  };

  it("has Staging and Production run the first release", async () => {
    const output = await walk.section("What is there before");
    healthy(output, "development", "main");
    healthy(output, "staging", "0.0.1");
    healthy(output, "production", "0.0.1");
  });

  it("has a sandbox on the ticket's branch, one minor ahead", async () => {
    const output = await walk.section("A sandbox for the ticket");
    assert.match(output, /^sandbox-a ready: kubernetes 1\.36, 2 nodes, 5 add-ons, 13 Flux objects ready/m);
    assert.match(output, new RegExp(`GitRepository +flux-system/platform +${ticket}@`));
    assert.match(output, /│ sandbox-a +│ 1\.36 .*│ kubernetes 1 minor ahead/);
  });

  it("proves KEDA in it", async () => {
    const output = await walk.section("Prove that it works");
    const [, most = "0"] = /sandbox-a proved: podinfo scaled from 1 to (\d+) replicas/.exec(output) ?? [];
    assert.ok(Number(most) > 1, output);
  });

  it("commits what was tried, which the guard lets pass", async () => {
    const output = await walk.section("The change, as a commit");
    assert.match(output, /The change of 1 file for main holds nothing that the guard refuses\./);
    assert.deepEqual(await platform.branches(), [ticket, "cluster/sandbox-a", "main"].sort());
  });

  it("merges the pull request, which Development applies", async () => {
    const output = await walk.section("To Development");
    assert.match(output, /^TICKET-123: add keda: https:\/\/github\.com\/acme\/platform\/pull\/1$/m);
    const merge = mergedAs(output);
    assert.equal((await platform.commits("main"))[0], merge);
    assert.equal(runs(output, "development")[3], `sha1:${merge.slice(0, 12)}`, output);
    assert.match(output, /helmrelease\S* ?keda condition met/);
  });

  it("publishes a release, which Staging takes by itself", async () => {
    const output = await walk.section("To Staging");
    assert.match(output, /^staging runs 0\.0\.2@sha256:[0-9a-f]{64}: 9 of 9 Flux objects ready$/m);
  });

  it("takes Production to it by its tag", async () => {
    const output = await walk.section("To Production");
    assert.match(output, /^Take Production to 0\.0\.2: https:\/\/github\.com\/acme\/platform\/pull\/2$/m);
    assert.match(await platform.read("main", "clusters/production/platform.yaml"), /^ {4}tag: 0\.0\.2$/m);
    assert.equal(runs(output, "production")[2], "0.0.2", output);
    healthy(output, "staging", "0.0.2");
  });

  it("destroys the sandbox, with nothing left and nothing touched beside it", async () => {
    await destroyed("The sandbox goes", "sandbox-a");
    assert.deepEqual(await platform.branches(), [ticket, "main", "production-0.0.2"].sort());
  });

  it("gives an application team Development as it is now", async () => {
    const output = await walk.section("An application team's sandbox");
    assert.match(output, /^sandbox-orders ready: kubernetes 1\.35, /m);
    assert.match(output, /HelmRelease +keda\/keda +2\.21\.0 +Ready/);
    assert.match(output, /HelmRelease +orders\/orders +6\.9\.2 +Ready/);
    assert.deepEqual(await platform.branches(), [ticket, "main", "production-0.0.2"].sort());
  });

  it("upgrades Development by one minor, and realigns the team's sandbox", async () => {
    const output = await walk.section("Development moves one minor");
    assert.match(output, /^development ready: kubernetes 1\.36, /m);
    assert.match(output, /│ sandbox-orders +│ 1\.35 .*│ kubernetes 1 minor behind/);
    assert.match(output, /^sandbox-orders ready: kubernetes 1\.36, /m);
    const [, , version, addons, , differs] = runs(output, "sandbox-orders").slice(-8);
    assert.deepEqual([version, addons, differs], ["1.36", "as development", "nothing"], output);
  });

  it("takes Production back to the tag before, and Development to the commit before", async () => {
    const output = await walk.section("Backing out");
    assert.match(await platform.read("main", "clusters/production/platform.yaml"), /^ {4}tag: 0\.0\.1$/m);
    assert.equal(runs(output, "production")[2], "0.0.1", output);
    assert.match(output, /The change of 1 file for main holds nothing that the guard refuses\./);
    assert.ok(!(await platform.files("main")).includes("platform/services/keda.yaml"));
    const [head = ""] = await platform.commits("main");
    assert.equal(runs(output, "development")[3], `sha1:${head.slice(0, 12)}`, output);
  });

  it("destroys the team's sandbox, with nothing left and nothing touched beside it", () =>
    destroyed("Back to nothing", "sandbox-orders"));

  it("stops the platform, with every process of it", async () => {
    await walk.section("Stop the platform");
    assert.deepEqual(await recordedProcesses(stateFolder), []);
    assert.deepEqual(walk.open, []);
  });
});
