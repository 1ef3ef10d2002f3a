/**
 * This project's own resources: what neither Kubernetes nor GitHub can be asked through their providers. Each obtains its
 * credentials when it is at work; none keeps anything between two runs but its state.
 */
import { createRequire } from "node:module";
import { cloudSweep } from "../teardown/sweep/cloud-sweep.ts";
import { clusterDrain } from "../teardown/drain/cluster-drain.ts";
import { ledger } from "../teardown/ledger/ledger.ts";
import { readiness } from "../flux/readiness-resource.ts";
import { branch } from "../github/branch.ts";
import { prerequisites } from "../services/prerequisites-resource.ts";
import type { ProviderImplementation, ResourceHandler } from "./implementation.ts";

const resources: Readonly<Record<string, ResourceHandler<undefined>>> = {
  "sdlc:flux:Readiness": readiness,
  "sdlc:github:Branch": branch,
  "sdlc:services:Prerequisites": prerequisites,
  "sdlc:teardown:CloudSweep": cloudSweep,
  "sdlc:teardown:ClusterDrain": clusterDrain,
  "sdlc:teardown:Ledger": ledger,
};

const { version } = createRequire(import.meta.url)("../../package.json") as { version: string };

export const sdlcProvider: ProviderImplementation<undefined> = {
  package: "sdlc",
  version,
  configure: () => Promise.resolve(undefined),
  resources: (type) => resources[type],
};
