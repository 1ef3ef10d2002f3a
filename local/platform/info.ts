/** What the running platform tells those who use it: where it listens and how to sign in. */
import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";

export interface PlatformInfo {
  /** Process id of the daemon. */
  readonly pid: number;
  /** Address of the AWS endpoint, such as http://127.0.0.1:40100. */
  readonly gatewayUrl: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly accountId: string;
  /** What leads a program to the local internet: its proxy and its certificate authority. */
  readonly internet: Readonly<Record<string, string>>;
  /** Token of the local github.com that may do everything there. */
  readonly engineerToken: string;
  /** Token with which Flux reads. */
  readonly fluxToken: string;
  /** How many times faster than AWS things take place; 0 for no waiting. */
  readonly scale: number;
  readonly startedAt: string;
}

const file = (stateFolder: string): string => path.join(stateFolder, "platform.json");

/** The platform that was last started in `stateFolder`, whether or not it still runs. */
export async function readPlatformInfo(stateFolder: string): Promise<PlatformInfo | undefined> {
  try {
    return JSON.parse(await readFile(file(stateFolder), "utf8")) as PlatformInfo;
  } catch {
    return undefined;
  }
}

export async function writePlatformInfo(stateFolder: string, info: PlatformInfo): Promise<void> {
  await writeFile(file(stateFolder), `${JSON.stringify(info, null, 2)}\n`, { mode: 0o600 });
}

export async function removePlatformInfo(stateFolder: string): Promise<void> {
  await rm(file(stateFolder), { force: true });
}

/** Whether the gateway of `info` answers. */
export async function answers(info: PlatformInfo): Promise<boolean> {
  try {
    const response = await fetch(new URL("/_local/log?since=999999999", info.gatewayUrl), {
      signal: AbortSignal.timeout(3000),
    });
    return response.ok;
  } catch {
    return false;
  }
}
