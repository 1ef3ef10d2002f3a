/** The repository that teams start from: it builds, a real API server takes every object of it, and nothing in it leads nowhere. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { parseAllDocuments, stringify } from "yaml";
import { checkout } from "../../local/folders.ts";
import { fluxInstallManifest } from "../../local/internet/flux-release.ts";
import { startBarePlanes, type BarePlanes } from "../../local/test/kubernetes/bare-planes.ts";
import { programPath } from "../../local/tools/wheels.ts";
import type { KubernetesObject } from "../../src/kubernetes-object.ts";
import { services } from "../../src/services/catalogue.ts";
import { serviceObjects } from "../../src/services/service.ts";
import { kustomizeBuild } from "../support/kustomize.ts";

const repository = path.join(checkout, "gitops");

interface Kustomization {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: {
    readonly path: string;
    readonly dependsOn?: readonly { readonly name: string }[];
    readonly prune?: boolean;
    readonly wait?: boolean;
    readonly timeout?: string;
    readonly sourceRef: { readonly kind: string; readonly name: string };
  };
}

const isKustomization = (object: KubernetesObject): boolean =>
  object.kind === "Kustomization" && object.apiVersion.startsWith("kustomize.toolkit.fluxcd.io/");
const isSource = ({ apiVersion }: KubernetesObject): boolean =>
  apiVersion.startsWith("source.toolkit.fluxcd.io/");

describe("the starter GitOps repository", function () {
  this.timeout(120_000);
  /** Objects by directory from the root of the repository: of each environment, and of all that they apply. */
  const built = new Map<string, KubernetesObject[]>();
  let environments: string[];
  let bare: BarePlanes;

  const kubectl = async (args: readonly string[], objects: readonly unknown[] = []) =>
    execa(await programPath("kubectl"), ["--kubeconfig", bare.planes.adminKubeconfig("schema"), ...args], {
      input: objects.map((object) => `---\n${stringify(object)}`).join(""),
      reject: false,
    });
  const apply = async (objects: readonly unknown[]): Promise<void> => {
    const { exitCode, stderr } = await kubectl(["apply", "--server-side", "-f", "-"], objects);
    assert.equal(exitCode, 0, stderr);
  };
  /** What the API server says against an object; empty if it takes it. */
  const refusal = async (object: unknown): Promise<string> => {
    const flags = ["--server-side", "--dry-run=server", "--validate=strict", "-f", "-"];
    const { exitCode, stderr } = await kubectl(["apply", ...flags], [object]);
    return exitCode === 0 ? "" : stderr;
  };
  const kustomizations = (environment: string): Kustomization[] =>
    (built.get(environment) ?? []).filter(isKustomization) as unknown as Kustomization[];

  before(async () => {
    environments = (await readdir(path.join(repository, "clusters")))
      .sort()
      .map((name) => `clusters/${name}`);
    for (const directory of environments) {
      built.set(directory, await kustomizeBuild(path.join(repository, directory)));
      for (const { spec } of kustomizations(directory)) {
        const applied = path.normalize(spec.path);
        if (!built.has(applied)) built.set(applied, await kustomizeBuild(path.join(repository, applied)));
      }
    }

    bare = await startBarePlanes("schema");
    const flux = parseAllDocuments(await fluxInstallManifest()).map(
      (document) => document.toJS() as KubernetesObject,
    );
    await apply(flux.filter(({ kind }) => kind === "CustomResourceDefinition" || kind === "Namespace"));
    const established = await kubectl([
      "wait",
      "--for=condition=Established",
      "crd",
      "--all",
      "--timeout=30s",
    ]);
    assert.equal(established.exitCode, 0, established.stderr);
    // What is in a namespace is refused where there is none, and a dry run makes none.
    await apply([...built.values()].flat().filter(({ kind }) => kind === "Namespace"));
  });

  after(() => bare.stop());

  it("has the directories of the reference, and each is applied by some environment", async () => {
    assert.deepEqual(environments, ["clusters/development", "clusters/production", "clusters/staging"]);
    const platform = (await readdir(path.join(repository, "platform"))).sort();
    assert.deepEqual(platform, ["configs", "service-configs", "services"]);
    const applied = [...built.keys()].filter((directory) => !directory.startsWith("clusters/")).sort();
    assert.deepEqual(applied, ["apps", ...platform.map((name) => `platform/${name}`)]);
  });

  it("has no file of an earlier bootstrap, which a promotion could carry along", () => {
    for (const environment of environments) {
      assert.equal(existsSync(path.join(repository, environment, "flux-system")), false, environment);
    }
  });

  it("holds nothing that a strict API server with Flux's kinds refuses", async () => {
    const objects = [...built].flatMap(([directory, found]) =>
      found.map((object) => ({ directory, object })),
    );
    assert.ok(objects.length > 15, `only ${objects.length} objects were built`);
    for (const { directory, object } of objects) {
      assert.equal(await refusal(object), "", `${directory}: ${object.kind} ${object.metadata.name}`);
    }
  });

  it("would notice a field that does not exist, a value that is not allowed, and an API version of the past", async () => {
    const [kustomization] = kustomizations("clusters/development");
    assert.ok(kustomization);
    const { spec } = kustomization;
    assert.match(await refusal({ ...kustomization, spec: { ...spec, dependOn: [] } }), /dependOn/);
    assert.match(
      await refusal({ ...kustomization, spec: { ...spec, timeout: "5 minutes" } }),
      /spec\.timeout/,
    );
    const old = { ...kustomization, apiVersion: "kustomize.toolkit.fluxcd.io/v1beta1" };
    assert.match(await refusal(old), /no matches for kind "Kustomization"/);
  });

  for (const service of Object.values(services)) {
    it(`takes ${service.name} as it is rendered into platform/services`, async () => {
      const options = { version: service.chartVersion, interval: "1h", retries: 3, values: { replicas: 2 } };
      const [namespace, ...others] = serviceObjects(service, options);
      await apply([namespace]);
      for (const object of others) assert.equal(await refusal(object), "", object.kind);
    });
  }

  it("prunes, waits and gives up in time, everywhere", () => {
    const all = environments.flatMap((environment) => kustomizations(environment));
    assert.ok(all.length >= 10, `only ${all.length} Kustomizations`);
    for (const { metadata, spec } of all) {
      const { prune, wait, timeout } = spec;
      assert.deepEqual(
        { prune, wait, bounded: timeout !== undefined },
        { prune: true, wait: true, bounded: true },
        metadata.name,
      );
    }
  });

  it("has an order in which everything but the beginning depends on something that is there", () => {
    for (const environment of environments) {
      const found = kustomizations(environment);
      const before = Object.fromEntries(
        found.map(({ metadata, spec }) => [metadata.name, (spec.dependsOn ?? []).map(({ name }) => name)]),
      );
      const platform = {
        "platform-configs": [],
        "platform-services": ["platform-configs"],
        "platform-service-configs": ["platform-services"],
      };
      const apps = environment === "clusters/development" ? { apps: ["platform-service-configs"] } : {};
      assert.deepEqual(before, { ...platform, ...apps }, environment);
    }
  });

  it("leads nowhere but to directories and sources that are there", () => {
    for (const environment of environments) {
      const sources = (built.get(environment) ?? []).filter(isSource);
      for (const { metadata, spec } of kustomizations(environment)) {
        assert.equal(metadata.namespace, "flux-system");
        assert.ok(existsSync(path.join(repository, spec.path)), `${metadata.name}: ${spec.path}`);
        const { kind, name } = spec.sourceRef;
        const source = sources.find((object) => object.kind === kind && object.metadata.name === name);
        assert.ok(source, `${environment}: ${metadata.name} comes from ${kind} ${name}`);
      }
    }
  });

  it("moves Development with a branch, Staging with patches, and Production by a commit alone", () => {
    const reference = (environment: string): unknown =>
      ((built.get(environment) ?? []).find(isSource)?.["spec"] as { ref: unknown } | undefined)?.ref;
    assert.deepEqual(reference("clusters/development"), { branch: "main" });
    assert.deepEqual(reference("clusters/staging"), { semver: "0.0.x" });
    assert.deepEqual(reference("clusters/production"), { tag: "0.0.1" });
  });
});
