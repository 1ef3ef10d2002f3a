import assert from "node:assert/strict";
import { recordedProcesses, signalGroup } from "../../../local/process-records.ts";
import { clusterConfig } from "../../../local/cli/kubeconfig.ts";
import type { Sandbox } from "../sandbox.ts";
import type { Scenario } from "../scenario.ts";

/** Whoever asks then gets no answer at all, as behind a network that drops everything. */
async function signalServer({ run, name }: Sandbox, signal: NodeJS.Signals): Promise<void> {
  const [server] = await recordedProcesses(
    run.stateFolder,
    (process) => process === `${name}.kube-apiserver`,
  );
  assert.ok(server?.alive, `the API server of ${name} does not run`);
  signalGroup(server.pid, signal);
}

export const scenario: Scenario = {
  number: 18,
  title: "an API server that does not answer, of a cluster that is there",
  plant: async (sandbox) => {
    await signalServer(sandbox, "SIGSTOP");
  },
  present: async ({ run }) => {
    const server = (await clusterConfig(run)).getCurrentCluster()?.server ?? "";
    await assert.rejects(fetch(`${server}/version`, { signal: AbortSignal.timeout(2_000) }), {
      name: "TimeoutError",
    });
  },
  choices: { SDLC_TEARDOWN_DEADLINE: "10" },
  stops: {
    says: [/sandbox-f18/, /answer|reach/i, /credentials|network|endpoint|allowedCidrs/i],
    remedy: async (sandbox) => {
      await signalServer(sandbox, "SIGCONT");
      return {};
    },
  },
};
