/** The local platform as one process: the AWS endpoint, EKS behind it, and the Kubernetes behind that. */
import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { ScaledClock } from "../clock.ts";
import { stateFolder } from "../folders.ts";
import { accountId, motoClients } from "../gateway/account.ts";
import { verifyCallerIdentityUrl } from "../gateway/caller-identity.ts";
import { CredentialStore } from "../gateway/credentials.ts";
import { startGateway, type Gateway } from "../gateway/gateway.ts";
import { startMoto } from "../gateway/moto.ts";
import { LocalControlPlanes } from "../kubernetes/control-planes.ts";
import { Processes } from "../processes.ts";
import { seedAccount } from "./seed-account.ts";
import { seedRepositories } from "./seed-repositories.ts";
import { startInternet } from "../internet/index.ts";
import { RegionalEks } from "./eks-service.ts";
import { removePlatformInfo, writePlatformInfo } from "./info.ts";
import { podEnvironment } from "./pod-environment.ts";

await mkdir(stateFolder, { recursive: true });
const clock = new ScaledClock(
  process.env["LOCAL_SCALE"] === undefined ? undefined : Number(process.env["LOCAL_SCALE"]),
);
const processes = new Processes(stateFolder);
const accessKeyId = "AKIALOCALPLATFORM001";
const secretAccessKey = randomBytes(20).toString("hex");
const caller = { accountId, accessKeyId, arn: `arn:aws:iam::${accountId}:user/platform-engineer` };
const credentials = new CredentialStore().add({ secret: secretAccessKey, caller });

const [moto, internet] = await Promise.all([
  startMoto(processes, clock),
  startInternet({ stateFolder, processes }),
]);
await Promise.all([seedRepositories(internet), seedAccount(motoClients(moto.url, "us-east-1"))]);
const controlPlanes: LocalControlPlanes = new LocalControlPlanes({
  processes,
  clock,
  internet: internet.environment,
  apiServers: internet.apiServers,
  aws: (cluster, namespace, account) =>
    podEnvironment({ eks, gateway, credentials, clock }, cluster, namespace, account),
  // The API servers ask for tokens only once clusters exist, so that EKS may be named before it is made.
  authenticator: (cluster, token) => eks.authenticate(cluster, token),
});
const eks: RegionalEks = new RegionalEks({
  clock,
  motoUrl: moto.url,
  verifyIdentityUrl: (url, headers) => verifyCallerIdentityUrl(credentials, url, headers),
  controlPlanes,
});
const gateway: Gateway = await startGateway({ clock, motoUrl: moto.url, credentials, services: { eks } });

const stop = async (): Promise<void> => {
  // Whoever stops the platform ends its programs at the same time, and none of them is to be started again for that.
  processes.close();
  await removePlatformInfo(stateFolder);
  await gateway.close();
  await eks.close();
  await controlPlanes.close();
  await internet.close();
  await processes.stopAll();
  process.exit(0);
};
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.once(signal, () => void stop());

await writePlatformInfo(stateFolder, {
  pid: process.pid,
  gatewayUrl: gateway.url,
  accessKeyId,
  secretAccessKey,
  accountId,
  internet: internet.environment,
  engineerToken: internet.accounts.get("platform-engineer").token,
  fluxToken: internet.accounts.get("flux").token,
  scale: clock.scale,
  startedAt: new Date().toISOString(),
});
console.log(`The local platform listens at ${gateway.url}, ${clock.scale} times as fast as AWS.`);
