/**
 * The Go programs of the local platform: where each comes from, at which version, what is built together, and how long
 * that took on two cores with an empty build cache. The versions are exact because the registries that this platform can
 * rely on answer for exact versions only.
 */
import { createHash } from "node:crypto";
import path from "node:path";
import { cacheFolder } from "../folders.ts";

/** A Go program. */
export interface GoTool {
  /** File name of the built program. */
  readonly name: string;
  /** Module that holds the program; its own go.sum is the start of the build's. */
  readonly module: string;
  readonly version: string;
  /** Package to build. */
  readonly package: string;
  /** Versions for the modules that the module itself replaces with a folder of its own repository. */
  readonly siblings?: Readonly<Record<string, string>>;
  /** Variables linked in with `-X`, for programs that report a version. */
  readonly linked?: Readonly<Record<string, string>>;
}

/**
 * What one `go build` makes. Its programs take the newest of the library versions that their modules name, as they would in
 * one module, and so share what they compile.
 */
export interface GoBuild {
  readonly name: string;
  readonly programs: readonly GoTool[];
  /** Build whose folder it shares: the engine takes a language host beside itself as its own. */
  readonly beside?: string;
  /** Usual time in seconds, on two cores from nothing, beside another build. */
  readonly usualSeconds: number;
}

export const pulumiVersion = "3.250.0";
export const kubernetesVersion = "1.37.1";
export const kedaVersion = "2.21.0";
const staging = { "k8s.io/": `v0.${kubernetesVersion.slice(2)}` };

const kubernetesLinked = {
  "k8s.io/component-base/version.gitVersion": `v${kubernetesVersion}`,
  "k8s.io/component-base/version.gitMajor": "1",
  "k8s.io/component-base/version.gitMinor": kubernetesVersion.split(".")[1] ?? "",
  "k8s.io/component-base/version.gitTreeState": "clean",
};

const kubernetes = (name: string): GoTool => ({
  name,
  module: "k8s.io/kubernetes",
  version: `v${kubernetesVersion}`,
  package: `k8s.io/kubernetes/cmd/${name}`,
  siblings: staging,
  linked: kubernetesLinked,
});

const flux = (name: string, version: string): GoTool => ({
  name,
  module: `github.com/fluxcd/${name}`,
  version,
  package: `github.com/fluxcd/${name}`,
});

/**
 * Client libraries of clouds and other services that nothing on the local platform speaks to, as patterns of packages. They are
 * a third of what is compiled, and without optimisation take a third less.
 */
export const idleLibraries: readonly string[] = [
  "cloud.google.com/...",
  "github.com/Azure/...",
  "github.com/DataDog/...",
  "github.com/aws/...",
  "github.com/elastic/...",
  "github.com/envoyproxy/...",
  "github.com/google/go-github/...",
  "github.com/microsoft/...",
  "github.com/newrelic/...",
  "github.com/opensearch-project/...",
  "gitlab.com/...",
  "go.mongodb.org/...",
  "go.temporal.io/...",
  "google.golang.org/api/...",
];

/** In the order in which they are begun: the longest first, so that no core is idle at the end. */
export const goBuilds: readonly GoBuild[] = [
  {
    name: "controllers",
    programs: [
      // Flux 2.9, by the nearest versions to that release's own that the module proxy serves.
      flux("source-controller", "v1.9.2"),
      flux("kustomize-controller", "v1.9.1"),
      flux("helm-controller", "v1.6.2"),
      flux("notification-controller", "v1.9.2"),
      {
        name: "keda-operator",
        module: "github.com/kedacore/keda/v2",
        version: `v${kedaVersion}`,
        package: "github.com/kedacore/keda/v2/cmd/operator",
        linked: { "github.com/kedacore/keda/v2/version.Version": kedaVersion },
      },
      {
        name: "kwok",
        module: "sigs.k8s.io/kwok",
        version: "v0.8.0",
        package: "sigs.k8s.io/kwok/cmd/kwok",
        linked: { "sigs.k8s.io/kwok/pkg/consts.Version": "v0.8.0" },
      },
      {
        name: "registry",
        module: "github.com/google/go-containerregistry",
        // source-controller's own version, which is compiled for it anyway.
        version: "v0.21.6",
        package: "github.com/google/go-containerregistry/cmd/registry",
      },
    ],
    usualSeconds: 700,
  },
  {
    name: "kubernetes",
    programs: [
      kubernetes("kube-apiserver"),
      kubernetes("kube-controller-manager"),
      kubernetes("kube-scheduler"),
      {
        name: "etcd",
        module: "go.etcd.io/etcd/server/v3",
        // The version that Kubernetes names: with another one, both would be built with the newer libraries of the two.
        version: "v3.7.0",
        package: "go.etcd.io/etcd/server/v3",
        siblings: { "go.etcd.io/etcd/": "v3.7.0" },
      },
    ],
    usualSeconds: 580,
  },
  {
    name: "pulumi",
    programs: [
      {
        name: "pulumi",
        module: "github.com/pulumi/pulumi/pkg/v3",
        version: `v${pulumiVersion}`,
        package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
        siblings: { "github.com/pulumi/pulumi/": `v${pulumiVersion}` },
        linked: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": `v${pulumiVersion}` },
      },
    ],
    usualSeconds: 200,
  },
  {
    name: "pulumi-language-nodejs",
    programs: [
      {
        name: "pulumi-language-nodejs",
        module: "github.com/pulumi/pulumi/sdk/v3",
        // The newest version in which the language host is still part of this module.
        version: "v3.68.0",
        package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
        linked: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": "v3.68.0" },
      },
    ],
    beside: "pulumi",
    usualSeconds: 20,
  },
];

export const goTools: readonly GoTool[] = goBuilds.flatMap(({ programs }) => programs);

/** @throws if the catalogue has no such program. */
export function goTool(name: string): GoTool {
  return ofCatalogue(goTools, (tool) => tool.name === name, name);
}

/** Of `-gcflags`: the last one whose pattern matches a package counts. */
export function compilerFlags(): string[] {
  // Nobody debugs these programs, and writing DWARF takes a tenth of the compiler's time.
  const always = "-dwarf=false";
  return [`all=${always}`, ...idleLibraries.map((pattern) => `${pattern}=${always} -N -l`)];
}

/**
 * The folder in which a build's programs are. Its name has a digest of all that decides what is built, so that programs which an
 * older version of this file describes are never taken for today's.
 */
export function buildFolderName(build: GoBuild, builds: readonly GoBuild[] = goBuilds): string {
  const name = build.beside ?? build.name;
  const together = builds
    .filter((other) => (other.beside ?? other.name) === name)
    .map(({ name: build, programs }) => ({ build, programs }))
    .sort((one, other) => one.build.localeCompare(other.build));
  const recipe = JSON.stringify({ together, flags: compilerFlags() });
  return `${name}-${createHash("sha256").update(recipe).digest("hex").slice(0, 12)}`;
}

/** Where a built tool is, or will be. @throws if the catalogue has no such program. */
export function toolPath(name: string): string {
  const build = ofCatalogue(goBuilds, ({ programs }) => programs.includes(goTool(name)), name);
  return path.join(cacheFolder, "tools", buildFolderName(build), name);
}

function ofCatalogue<T>(all: readonly T[], matches: (one: T) => boolean, name: string): T {
  const found = all.find(matches);
  if (!found) throw new Error(`The catalogue has no tool ${name}.`);
  return found;
}
