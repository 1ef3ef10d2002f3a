/** What a stack follows in Git, and what it delivers besides: decided from its settings before anything is asked. */
import { UserError } from "./errors.ts";
import type { Exported } from "./exported.ts";
import type { InstallOptions } from "./flux/install-options.ts";
import type { InstalledManifest } from "./flux/manifest-digest.ts";
import { clusterBranch } from "./git/branch-names.ts";
import { parseRepositoryAddress, type RepositoryAddress } from "./git/repository-address.ts";
import { services, serviceNames } from "./services/catalogue.ts";
import { checkPrerequisites } from "./services/prerequisites.ts";
import type { PlatformService, ServiceOptions } from "./services/service.ts";
import type { Settings } from "./settings.ts";
import type { EnvironmentName } from "./stack-name.ts";
import type { Minor } from "./versions/minor.ts";

export interface GitopsPlan {
  readonly install: {
    /** Address of the install manifest. */
    readonly manifest: string;
    readonly options: InstallOptions;
    /** What this stack installed when it last ran. */
    readonly recorded: InstalledManifest | undefined;
  };
  readonly root: SyncPlan;
  /** The team's own repository of an application sandbox. */
  readonly application: SyncPlan | undefined;
  /** Of a platform sandbox alone: no other stack writes to Git. */
  readonly sandboxBranch: SandboxBranchPlan | undefined;
  /** What goes to the cluster at every `up`; what goes to Git is not the program's. */
  readonly services: readonly ServicePlan[];
  /** The public half of the key that releases are signed with. */
  readonly signingKey: string | undefined;
  readonly timeoutMinutes: number;
  readonly warnings: readonly string[];
}

export interface SyncPlan {
  readonly url: string;
  readonly branch: string;
  /** Directory from the root of the repository. */
  readonly path: string;
  readonly interval: string;
}

export interface SandboxBranchPlan {
  /** Of the platform. */
  readonly url: string;
  readonly repository: RepositoryAddress;
  /** What ticket branches start from. */
  readonly base: string;
  readonly ticketBranch: string;
  readonly clusterBranch: string;
  /** The directory that is cloned, and the clone's. */
  readonly from: string;
  readonly to: string;
}

export interface ServicePlan {
  readonly service: PlatformService;
  readonly options: ServiceOptions;
}

export interface GitopsPlanSources {
  readonly stack: string;
  readonly environment: EnvironmentName;
  readonly settings: Settings;
  readonly own: Exported;
  /** What the cluster is to run. */
  readonly kubernetes: Minor;
}

/** Directory of an environment in the platform's repository. */
const directoryOf = (environment: string): string => `clusters/${environment}`;

/**
 * Undefined where Flux is off.
 *
 * @throws {UserError} if a service does not run on the Kubernetes of this stack.
 */
export function planGitops(sources: GitopsPlanSources): GitopsPlan | undefined {
  const { settings, own } = sources;
  const { flux, gitops, sandbox } = settings;
  // The checks of the settings see to it that Flux has a repository.
  if (!flux.enabled || gitops.url === undefined) return undefined;
  const { version, resources, tolerations, lockdown } = flux;
  const sandboxBranch = planSandboxBranch(sources, gitops.url);
  const apps = isKind(sources, "application") ? sandbox.apps : undefined;
  const { interval } = gitops;
  return {
    install: {
      manifest: flux.manifest ?? `https://github.com/fluxcd/flux2/releases/download/${version}/install.yaml`,
      options: { version, resources, tolerations, lockdown },
      recorded: recordedManifest(own),
    },
    root: {
      url: gitops.url,
      branch: sandboxBranch?.clusterBranch ?? gitops.branch,
      path: sandboxBranch?.to ?? directoryOf(followedEnvironment(sources)),
      interval,
    },
    application: apps && { ...apps, interval },
    sandboxBranch,
    ...planServices(sources),
    signingKey: gitops.signingKey,
    timeoutMinutes: flux.timeoutMinutes,
  };
}

function isKind({ environment, settings }: GitopsPlanSources, kind: Settings["sandbox"]["kind"]): boolean {
  return environment === "sandbox" && settings.sandbox.kind === kind;
}

/**
 * An application sandbox and the canary are Development as it stands; a performance sandbox is measured against what it
 * names.
 */
function followedEnvironment(sources: GitopsPlanSources): EnvironmentName {
  if (isKind(sources, "performance")) return sources.settings.sandbox.environment;
  const { environment } = sources;
  return environment === "sandbox" || environment === "canary" ? "development" : environment;
}

function planSandboxBranch(sources: GitopsPlanSources, url: string): SandboxBranchPlan | undefined {
  const { stack, settings } = sources;
  const ticketBranch = settings.sandbox.branch;
  const repository = parseRepositoryAddress(url);
  if (!isKind(sources, "platform") || ticketBranch === undefined || repository === undefined)
    return undefined;
  return {
    url,
    repository,
    base: settings.gitops.branch,
    ticketBranch,
    clusterBranch: clusterBranch(stack),
    from: directoryOf("development"),
    to: directoryOf(stack),
  };
}

function planServices(sources: GitopsPlanSources): Pick<GitopsPlan, "services" | "warnings"> {
  const wanted = serviceNames.flatMap((name) => {
    const settings = sources.settings.services[name];
    return settings === undefined ? [] : [{ service: services[name], settings }];
  });
  const verdicts = wanted.map(({ service, settings }) =>
    checkPrerequisites({
      service: service.name,
      version: settings.version,
      requirements: service.requirements,
      kubernetes: sources.kubernetes,
    }),
  );
  const refusals = verdicts.flatMap((verdict) => verdict.refusals);
  if (refusals.length > 0) throw new UserError(refusals);
  return {
    services: wanted
      .filter(({ settings }) => settings.delivery === "cluster")
      .map(({ service, settings: { version, interval, retries, values } }) => ({
        service,
        options: { version, interval, retries, values },
      })),
    warnings: verdicts.flatMap((verdict) => verdict.warnings),
  };
}

function recordedManifest({ fluxVersion, fluxManifestDigest }: Exported): InstalledManifest | undefined {
  return fluxVersion === undefined || fluxManifestDigest === undefined
    ? undefined
    : { version: fluxVersion, digest: fluxManifestDigest };
}
