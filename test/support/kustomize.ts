/** Builds directories of a GitOps repository as kustomize-controller does, with kubectl's own kustomize. */
import { cp, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";
import { parseAllDocuments, stringify } from "yaml";
import { programPath } from "../../local/tools/wheels.ts";
import type { KubernetesObject } from "../../src/kubernetes-object.ts";

/** A directory without a kustomization.yaml gets one that names every manifest below it, as in the cluster. */
export async function kustomizeBuild(directory: string): Promise<KubernetesObject[]> {
  const copy = await mkdtemp(path.join(tmpdir(), "kustomize-"));
  try {
    await cp(directory, copy, { recursive: true });
    const files = (await readdir(copy, { recursive: true })).filter((file) => /\.ya?ml$/.test(file)).sort();
    if (!files.includes("kustomization.yaml")) {
      const generated = {
        apiVersion: "kustomize.config.k8s.io/v1beta1",
        kind: "Kustomization",
        resources: files,
      };
      await writeFile(path.join(copy, "kustomization.yaml"), stringify(generated));
    }
    const { stdout } = await execa(await programPath("kubectl"), ["kustomize", copy]);
    return parseAllDocuments(stdout).map((document) => document.toJS() as KubernetesObject);
  } finally {
    await rm(copy, { recursive: true });
  }
}
