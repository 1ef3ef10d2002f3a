/** Which Kubernetes minors the built API server can serve. */
import semver from "semver";
import { kubernetesVersion } from "../tools/catalogue.ts";
import { UserError } from "../user-error.ts";

const newest = new semver.SemVer(kubernetesVersion);

/** Newest first. A Kubernetes 1.37 program emulates up to three minors back (`--emulated-version` in its help). */
export const servedVersions: readonly string[] = [0, 1, 2, 3].map(
  (back) => `${newest.major}.${newest.minor - back}`,
);

/** @throws UserError if the version cannot be served here, although EKS may offer it. */
export function requireServed(cluster: string, version: string): void {
  if (servedVersions.includes(version)) return;
  throw new UserError(
    `The local platform cannot serve Kubernetes ${version} for cluster ${cluster}: its API server is ${kubernetesVersion}.`,
    `Use one of ${servedVersions.join(", ")}; AWS itself may offer others.`,
  );
}
