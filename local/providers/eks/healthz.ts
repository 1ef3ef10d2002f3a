/** Waiting for a fresh Kubernetes API to answer. */
import https from "node:https";
import { setTimeout as sleep } from "node:timers/promises";

/** The real component's: it looks 60 times, five seconds apart. Looking more often here wastes no request that costs. */
const deadline = 300_000;
const pause = 500;

function looksHealthy(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    // Without its certificate checked, as in the real component: nothing but the status is read.
    const request = https.get(`${url}/healthz`, { rejectUnauthorized: false, timeout: 1000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on("timeout", () => request.destroy());
    request.on("error", () => {
      resolve(false);
    });
  });
}

/** Returns after the deadline too, as the real component does: what uses the cluster fails then, and says why. */
export async function answersHealthz(url: string, say: (line: string) => Promise<void>): Promise<void> {
  const end = Date.now() + deadline;
  while (!(await looksHealthy(url)) && Date.now() < end) {
    await say(
      `Waiting up to (${Math.ceil((end - Date.now()) / 1000)}) more seconds for cluster readiness...`,
    );
    await sleep(pause);
  }
}
