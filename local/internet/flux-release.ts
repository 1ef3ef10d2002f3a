/**
 * The install manifest of Flux as its release page on github.com serves it, put together from the downloaded modules
 * of Flux and its controllers. It follows what `flux install` does with the same files: one namespace, labels, the
 * release's patches, real image names.
 */
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { parseAllDocuments, parse, stringify } from "yaml";
import { goTool } from "../tools/catalogue.ts";
import { crdFolder, moduleFolder } from "../tools/module-folder.ts";

/** The release whose controllers are nearest to those of the catalogue. */
export const fluxVersion = "v2.9.1";
export const fluxInstallPath = `/fluxcd/flux2/releases/download/${fluxVersion}/install.yaml`;

const namespace = "flux-system";
const controllers = [
  "source-controller",
  "kustomize-controller",
  "helm-controller",
  "notification-controller",
];
const clusterScoped = ["Namespace", "CustomResourceDefinition", "ClusterRole", "ClusterRoleBinding"];

interface Manifest {
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  spec?: { template?: PodTemplate } & Record<string, unknown>;
  roleRef?: { name: string };
}

interface PodTemplate {
  metadata: { labels: Record<string, string> };
  spec: { containers: { image: string }[] } & Record<string, unknown>;
}

interface AddOperation {
  readonly op: string;
  readonly path: string;
  readonly value: unknown;
}

export async function fluxInstallManifest(): Promise<string> {
  const release = path.join(await moduleFolder("github.com/fluxcd/flux2/v2", fluxVersion), "manifests");
  const shared = [
    ...(await manifests(path.join(release, "install", "namespace.yaml"))),
    ...(await manifests(path.join(release, "rbac"))).map(suffixed),
    ...(await manifests(path.join(release, "policies"))),
  ].map((manifest) => placed(manifest, {}));
  const parts = await Promise.all(controllers.map((name) => controller(release, name)));
  return [...shared, ...parts.flat()].map((manifest) => `---\n${stringify(manifest)}`).join("");
}

async function controller(release: string, name: string): Promise<Manifest[]> {
  const crds = await crdFolder(name);
  const base = path.join(release, "bases", name);
  const patch = parse(await readFile(path.join(base, "patch.yaml"), "utf8")) as readonly AddOperation[];
  const { version } = goTool(name);
  const all = [
    ...(await manifests(crds)),
    ...(await manifests(path.join(crds, "..", "..", "manager"))),
    ...(await manifests(path.join(base, "account.yaml"))),
  ];
  for (const manifest of all.filter(({ kind }) => kind === "Deployment")) {
    for (const operation of patch) add(manifest, operation);
    for (const container of manifest.spec?.template?.spec.containers ?? []) {
      container.image = `ghcr.io/${container.image}:${version}`;
    }
  }
  return all.map((manifest) => placed(manifest, { "app.kubernetes.io/component": name }));
}

/** The documents of a file, or of every file of a folder but Kustomize's own and its transformers. */
async function manifests(place: string): Promise<Manifest[]> {
  const files = place.endsWith(".yaml")
    ? [place]
    : (await readdir(place))
        .filter((name) => name !== "kustomization.yaml")
        .map((name) => path.join(place, name));
  const texts = await Promise.all(files.sort().map((file) => readFile(file, "utf8")));
  return texts.flatMap((content) =>
    parseAllDocuments(content).flatMap((document) => {
      const manifest = document.toJS() as Manifest | null;
      return manifest ? [manifest] : [];
    }),
  );
}

/** Cluster-wide names of one installation end in its namespace. */
function suffixed(manifest: Manifest): Manifest {
  const own = ["crd-controller", "cluster-reconciler", "flux-edit", "flux-view", "critical-pods"];
  if (own.includes(manifest.metadata.name)) manifest.metadata.name += `-${namespace}`;
  if (manifest.roleRef && own.includes(manifest.roleRef.name)) manifest.roleRef.name += `-${namespace}`;
  return manifest;
}

function placed(manifest: Manifest, extra: Readonly<Record<string, string>>): Manifest {
  const labels = {
    "app.kubernetes.io/instance": namespace,
    "app.kubernetes.io/part-of": "flux",
    "app.kubernetes.io/version": fluxVersion,
    ...extra,
  };
  manifest.metadata.labels = { ...manifest.metadata.labels, ...labels };
  if (!clusterScoped.includes(manifest.kind)) manifest.metadata.namespace = namespace;
  const template = manifest.spec?.template;
  if (template && manifest.kind === "Deployment") Object.assign(template.metadata.labels, labels);
  return manifest;
}

/** RFC 6902's "add", the only operation in the release's patches. */
function add(target: unknown, { op, path: pointer, value }: AddOperation): void {
  if (op !== "add")
    throw new Error(`A patch of Flux ${fluxVersion} has the operation ${op}; only "add" is known.`);
  const keys = pointer.slice(1).split("/");
  const last = keys.pop() ?? "";
  const parent = keys.reduce((node, key) => (node as Record<string, unknown>)[key], target);
  if (Array.isArray(parent)) parent.splice(last === "-" ? parent.length : Number(last), 0, value);
  else (parent as Record<string, unknown>)[last] = value;
}
