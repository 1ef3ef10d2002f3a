/** What a pod finds: its account's access to the cluster, AWS by the standard variables, its flags and this machine's time. */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { parseArgs } from "node:util";
import { KubeConfig } from "@kubernetes/client-node";
import { z } from "zod";
import { ScaledClock } from "../../clock.ts";
import { ClusterClient } from "../../kubernetes/cluster-client.ts";

const kubeconfigSchema = z.object({
  users: z.tuple([z.object({ name: z.string(), user: z.object({ tokenFile: z.string() }) })]),
});

/** Access with the token of the pod's account, read again when it is renewed. */
export function connect(): ClusterClient {
  const file = process.env["KUBECONFIG"] ?? "";
  const config = new KubeConfig();
  config.loadFromFile(file);
  const {
    users: [{ name, user }],
  } = kubeconfigSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  // Only in this form does the library read the file more than once.
  config.users = [{ name, authProvider: { name: "tokenFile", config: { tokenFile: user.tokenFile } } }];
  return new ClusterClient(config);
}

/** AWS's durations on this platform; nothing takes time where nobody says how fast time goes. */
export const clock = new ScaledClock(Number(process.env["LOCAL_SCALE"] ?? 0));

/** The program's flags, as `--name=value`. */
export function readFlags(): Readonly<Record<string, string>> {
  const { values } = parseArgs({ args: process.argv.slice(2), strict: false });
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
}

/** Answers the readiness probe from now on. */
export function reportReady(flags: Readonly<Record<string, string>>): void {
  const [host, port] = flags["health-probe-bind-address"]?.split(":") ?? [];
  createServer((_request, response) => response.end("ok")).listen(Number(port), host);
}
