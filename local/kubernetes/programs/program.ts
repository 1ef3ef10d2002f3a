import type { ProcessRequest } from "../../processes.ts";

/** One program of a control plane, as each file of this folder describes it. */
export interface Program extends Pick<ProcessRequest, "args"> {
  /** Name in the catalogue of tools. */
  readonly tool: string;
}

/** What the programs of one control plane must know of each other. */
export interface ControlPlaneLayout {
  /** Holds everything of the cluster: data, keys, logs. */
  readonly folder: string;
  readonly apiPort: number;
  readonly etcdPort: number;
  readonly serviceCidr: string;
  /** Minor version to serve, such as "1.35". */
  readonly version: string;
  /** Full rights, for the platform's own components. */
  readonly adminKubeconfig: string;
  /** Address that answers TokenReviews. */
  readonly tokenReviewUrl: string;
}

/** Writes `{ "secure-port": 0 }` as `--secure-port=0`. */
export function flags(values: Readonly<Record<string, string | number | boolean>>): string[] {
  return Object.entries(values).map(([name, value]) => `--${name}=${value}`);
}
