/** A change for tests: the files of the starter repository in short, and what happens to them. */
import { Repository, type Change } from "../../../src/guard/change.ts";

const source = (kind: string, url: string, ref: string): string => `apiVersion: source.toolkit.fluxcd.io/v1
kind: ${kind}
metadata:
  name: platform
  namespace: flux-system
spec:
  url: ${url}
  ref:
    ${ref}
`;

export const gitSource = (ref: string): string =>
  source("GitRepository", "https://github.com/acme/platform.git", ref);
export const ociSource = (ref: string): string =>
  source("OCIRepository", "oci://ghcr.io/acme/manifests/platform", ref);

export const release = (version: string, name = "keda"): string => `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: ${name}
  namespace: ${name}
spec:
  chart:
    spec:
      chart: ${name}
      ${version}
      sourceRef:
        kind: HelmRepository
        name: ${name}
`;

export const scaledObject = (namespace: string, max = 25): string => `apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  name: cpu
  namespace: ${namespace}
spec:
  maxReplicaCount: ${max}
`;

/** What the target has: a repository of which the guard refuses nothing. */
const repository: Readonly<Record<string, string>> = {
  "clusters/development/platform.yaml": gitSource("branch: main"),
  "clusters/staging/platform.yaml": ociSource("semver: 0.0.x"),
  "clusters/production/platform.yaml": ociSource("tag: 0.0.3"),
  "platform/services/keda.yaml": release("version: 2.18.1"),
};

/** @param edits new contents by path; null deletes the file. */
export function changeOf(
  edits: Readonly<Record<string, string | null>>,
  { before = {}, messages = [] }: { before?: Readonly<Record<string, string>>; messages?: string[] } = {},
): Change {
  const old = { ...repository, ...before };
  const now = new Map(Object.entries(old));
  for (const [file, content] of Object.entries(edits)) {
    if (content === null) now.delete(file);
    else now.set(file, content);
  }
  return {
    before: new Repository(new Map(Object.entries(old))),
    after: new Repository(now),
    changed: Object.keys(edits).sort(),
    messages,
    branch: "main",
  };
}
