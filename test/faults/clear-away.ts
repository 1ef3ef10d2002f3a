/** Takes away what a failed destroy has left running, so that the next scenario has the machine to itself. */
import { setTimeout as sleep } from "node:timers/promises";
import {
  DeleteClusterCommand,
  DeleteNodegroupCommand,
  DescribeClusterCommand,
  ListNodegroupsCommand,
  ResourceInUseException,
  ResourceNotFoundException,
  type Cluster,
} from "@aws-sdk/client-eks";
import { DeleteVolumeCommand } from "@aws-sdk/client-ec2";
import { ownedBecause } from "../../src/aws/ownership.ts";
import { tagKeys } from "../../src/tags.ts";
import { clearStaleLocks } from "../../local/engine/locks.ts";
import { projectName, pulumiQuiet, stackExists } from "../../local/engine/run.ts";
import { recordedProcesses, signalGroup } from "../../local/process-records.ts";
import { forgetBaseline } from "../../local/cli/baseline.ts";
import type { Sandbox } from "./sandbox.ts";

/** Milliseconds. */
const pause = 500;
const patience = 120_000;

/** What is in the account besides cluster and volumes stays: it does no harm, and the next scenario's baseline knows it. */
export async function clearAway(sandbox: Sandbox): Promise<void> {
  const { run, account, name } = sandbox;
  await account.inject();
  await account.expireKeys(false);
  // A scenario may have stopped them, and they must answer to be ended.
  for (const { pid } of await recordedProcesses(run.stateFolder, (process) =>
    process.startsWith(`${name}.`),
  )) {
    signalGroup(pid, "SIGCONT");
  }
  await deleteCluster(sandbox);
  await deleteVolumes(sandbox);
  if (stackExists(run.stateFolder, run.stack)) {
    await clearStaleLocks(run.stateFolder, projectName, run.stack);
    await pulumiQuiet(run, ["stack", "rm", run.stack, "--yes", "--force", "--preserve-config"]);
  }
  await forgetBaseline(run.stateFolder, run.stack);
}

/** What a destroy has kept on purpose, or left, and a person would delete by hand when nobody needs it any more. */
export async function deleteVolumes({ account, name, run }: Sandbox): Promise<void> {
  const stackTag = { key: tagKeys.stack, value: `${projectName}/${run.stack}` };
  const volumes = (await account.objects()).filter(
    ({ type, tags }) =>
      type === "volume" && ownedBecause({ clusterName: name, stackTag }, tags) !== undefined,
  );
  for (const { id } of volumes) await account.ec2.send(new DeleteVolumeCommand({ VolumeId: id }));
}

/** With its node groups, and with nothing of what runs in it; one that is gone is no failure. */
export async function deleteCluster({ account: { eks }, name }: Sandbox): Promise<void> {
  const there = (): Promise<Cluster | undefined> =>
    eks.send(new DescribeClusterCommand({ name })).then(
      ({ cluster }) => cluster,
      (error: unknown) => {
        if (error instanceof ResourceNotFoundException) return undefined;
        throw error;
      },
    );
  const deadline = Date.now() + patience;
  for (let cluster = await there(); cluster !== undefined; cluster = await there()) {
    if (Date.now() > deadline) {
      throw new Error(`The cluster ${name} could not be deleted within ${patience / 1000} s.`);
    }
    const { nodegroups = [] } = await eks.send(new ListNodegroupsCommand({ clusterName: name }));
    for (const nodegroupName of nodegroups) {
      await eks.send(new DeleteNodegroupCommand({ clusterName: name, nodegroupName })).catch(busy);
    }
    if (nodegroups.length === 0) await eks.send(new DeleteClusterCommand({ name })).catch(busy);
    await sleep(pause);
  }
}

/** What is being deleted refuses to be deleted, and what is made or changed refuses until that is done. */
function busy(error: unknown): void {
  if (error instanceof ResourceInUseException || error instanceof ResourceNotFoundException) return;
  throw error;
}
