/** A control plane as it is, without AWS around it and without waiting for what AWS would take. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { ScaledClock } from "../../clock.ts";
import { LocalControlPlanes } from "../../kubernetes/control-planes.ts";
import { Processes } from "../../processes.ts";

export interface BarePlanes {
  readonly planes: LocalControlPlanes;
  /** Ends every process, and removes what they wrote. */
  stop(): Promise<void>;
}

/** Starts the control plane of one cluster, whose administrator alone it lets in. */
export async function startBarePlanes(cluster: string): Promise<BarePlanes> {
  const stateFolder = await mkdtemp(path.join(tmpdir(), "control plane "));
  const processes = new Processes(stateFolder);
  const planes = new LocalControlPlanes({
    processes,
    clock: new ScaledClock(0),
    log: () => undefined,
    authenticator: () => Promise.resolve(undefined),
  });
  const stop = async (): Promise<void> => {
    await planes.close();
    await processes.stopAll();
    await rm(stateFolder, { recursive: true, force: true });
  };
  try {
    await planes.create({ name: cluster, arn: "arn", version: "1.34", serviceCidr: "10.100.0.0/16" });
  } catch (error) {
    await stop();
    throw error;
  }
  return { planes, stop };
}
