/** What an environment runs of the platform, and whether it runs well: read from Flux's objects. */
import { fluxNamespace, platformSource, rootName } from "./api.ts";
import { fluxKey, keyOf, type FluxObject } from "./flux-objects.ts";
import { assess, isDone, type Row } from "./readiness.ts";

export interface EnvironmentState {
  /** What the source of the platform holds; undefined before it holds anything. */
  readonly running: Running | undefined;
  /** Every object of Flux below the root. */
  readonly rows: readonly Row[];
  /** All of it is applied and ready, at what the sources hold. */
  readonly healthy: boolean;
}

export interface Running {
  readonly kind: "GitRepository" | "OCIRepository";
  /** As Flux writes it: `0.0.7@sha256:…`, `main@sha1:…`. */
  readonly revision: string;
  /** The tag or the branch: `0.0.7`, `main`. */
  readonly version: string;
  /** `sha256:…` of an artifact, `sha1:…` of a commit. */
  readonly digest: string;
  /** When the source took it, in RFC 3339. */
  readonly since: string | undefined;
}

export function environmentState(objects: readonly FluxObject[]): EnvironmentState {
  const rows = assess(objects, {
    required: [fluxKey("Kustomization", fluxNamespace, rootName)],
    commits: {},
  });
  return { running: running(objects), rows, healthy: rows.every(isDone) };
}

function running(objects: readonly FluxObject[]): Running | undefined {
  for (const kind of ["OCIRepository", "GitRepository"] as const) {
    const key = fluxKey(kind, fluxNamespace, platformSource);
    const artifact = objects.find((object) => keyOf(object) === key)?.status?.artifact;
    if (artifact?.revision === undefined) continue;
    const { revision, lastUpdateTime } = artifact;
    const at = revision.lastIndexOf("@");
    const [version, digest] = [revision.slice(0, Math.max(at, 0)), revision.slice(at + 1)];
    return { kind, revision, version, digest, since: lastUpdateTime };
  }
  return undefined;
}
