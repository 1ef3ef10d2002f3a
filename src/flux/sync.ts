/** The objects with which Flux follows a repository: a source, and the Kustomization that applies a path of it. */
import type { KubernetesObject } from "../kubernetes-object.ts";
import { fluxApi, fluxNamespace, rootName } from "./api.ts";
import { verifiedReleases } from "./verification.ts";

export interface GitSource {
  /** `https://…` or `ssh://…`. */
  readonly url: string;
  readonly branch: string;
  /** How often Flux looks for commits: a Go duration such as `1m`. */
  readonly interval: string;
  /** Secret in `flux-system`; none for a repository that everyone may read. */
  readonly secretName?: string | undefined;
  /** True if the secret is that of a GitHub App, which logs in differently. */
  readonly gitHubApp?: boolean | undefined;
}

export interface Sync {
  readonly source: KubernetesObject;
  readonly kustomization: KubernetesObject;
}

/**
 * Files of an earlier `flux bootstrap`. The root sync is not in Git here, so that a promotion cannot carry it to
 * another cluster; where such files are in Git, they must not fight with it.
 */
const bootstrapFiles = "/clusters/*/flux-system/\n";

/** The account with which kustomize-controller does everything when it is not locked down. */
const controllerAccount = "kustomize-controller";

/**
 * The root sync of a cluster.
 *
 * It does not wait for what it applies: while it waits it applies nothing newer. Whether everything below it is
 * ready is asked of each object (`src/flux/readiness.ts`).
 *
 * @param lockdown Flux then acts with the rights of an account that is named, and the root needs all rights.
 * @param isVerified releases of the platform are taken only if they are signed.
 */
export function rootSync(git: GitSource, path: string, lockdown: boolean, isVerified = false): Sync {
  return {
    source: gitRepository(rootName, git, { ignore: bootstrapFiles }),
    kustomization: kustomization(rootName, path, {
      ...(lockdown ? { serviceAccountName: controllerAccount } : {}),
      ...(isVerified ? { patches: [verifiedReleases] } : {}),
    }),
  };
}

/** A team's own repository as one more source, beside what its sandbox takes from Development. */
export const applicationName = "application";

export function applicationSync(git: GitSource, path: string, lockdown: boolean): Sync {
  return {
    source: gitRepository(applicationName, git, {}),
    kustomization: kustomization(applicationName, path, {
      wait: true,
      ...(lockdown ? { serviceAccountName: controllerAccount } : {}),
    }),
  };
}

function gitRepository(name: string, git: GitSource, more: object): KubernetesObject {
  return {
    apiVersion: fluxApi.source,
    kind: "GitRepository",
    metadata: { name, namespace: fluxNamespace },
    spec: {
      interval: git.interval,
      url: git.url,
      ref: { branch: git.branch },
      ...(git.secretName === undefined ? {} : { secretRef: { name: git.secretName } }),
      ...(git.gitHubApp === true ? { provider: "github" } : {}),
      ...more,
    },
  };
}

function kustomization(name: string, path: string, more: object): KubernetesObject {
  return {
    apiVersion: fluxApi.kustomize,
    kind: "Kustomization",
    metadata: { name, namespace: fluxNamespace },
    spec: {
      interval: "10m",
      // Without it a failure is tried again at the interval only.
      retryInterval: "30s",
      timeout: "5m",
      path: `./${path}`,
      prune: true,
      sourceRef: { kind: "GitRepository", name },
      ...more,
    },
  };
}
