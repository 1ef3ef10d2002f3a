/**
 * The Go programs of the local platform: where each comes from, at which version, and how long its build
 * took on two cores with an empty build cache. The versions are exact because the registries that this
 * platform can rely on answer for exact versions only.
 */
import path from "node:path";
import { cacheFolder } from "../folders.ts";

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
  /** Tool whose folder it shares: the engine takes a language host beside itself as its own. */
  readonly beside?: string;
  /** Tags of `go build -tags`. */
  readonly tags?: readonly string[];
  /** Usual build time in seconds, on two cores from nothing. */
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

const kubernetes = (name: string, usualSeconds: number): GoTool => ({
  name,
  module: "k8s.io/kubernetes",
  version: `v${kubernetesVersion}`,
  package: `k8s.io/kubernetes/cmd/${name}`,
  siblings: staging,
  linked: kubernetesLinked,
  usualSeconds,
});

const flux = (name: string, version: string, usualSeconds: number): GoTool => ({
  name,
  module: `github.com/fluxcd/${name}`,
  version,
  package: `github.com/fluxcd/${name}`,
  usualSeconds,
});

export const goTools: readonly GoTool[] = [
  {
    name: "pulumi-language-nodejs",
    module: "github.com/pulumi/pulumi/sdk/v3",
    // The newest version in which the language host is still part of this module.
    version: "v3.68.0",
    package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
    linked: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": "v3.68.0" },
    beside: "pulumi",
    usualSeconds: 12,
  },
  {
    name: "pulumi",
    module: "github.com/pulumi/pulumi/pkg/v3",
    version: `v${pulumiVersion}`,
    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    siblings: { "github.com/pulumi/pulumi/": `v${pulumiVersion}` },
    linked: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": `v${pulumiVersion}` },
    usualSeconds: 170,
  },
  {
    name: "etcd",
    module: "go.etcd.io/etcd/server/v3",
    version: "v3.6.5",
    package: "go.etcd.io/etcd/server/v3",
    siblings: { "go.etcd.io/etcd/": "v3.6.5" },
    usualSeconds: 18,
  },
  kubernetes("kube-apiserver", 154),
  kubernetes("kube-controller-manager", 40),
  kubernetes("kube-scheduler", 20),
  {
    name: "kwok",
    module: "sigs.k8s.io/kwok",
    version: "v0.8.0",
    package: "sigs.k8s.io/kwok/cmd/kwok",
    linked: { "sigs.k8s.io/kwok/pkg/consts.Version": "v0.8.0" },
    usualSeconds: 55,
  },
  // Flux 2.9, by the nearest versions to that release's own that the module proxy serves.
  flux("source-controller", "v1.9.2", 103),
  flux("kustomize-controller", "v1.9.1", 11),
  flux("helm-controller", "v1.6.2", 86),
  flux("notification-controller", "v1.9.2", 105),
  {
    name: "keda-operator",
    module: "github.com/kedacore/keda/v2",
    version: `v${kedaVersion}`,
    package: "github.com/kedacore/keda/v2/cmd/operator",
    linked: { "github.com/kedacore/keda/v2/version.Version": kedaVersion },
    usualSeconds: 174,
  },
  {
    name: "registry",
    module: "github.com/distribution/distribution/v3",
    version: "v3.0.0",
    package: "github.com/distribution/distribution/v3/cmd/registry",
    usualSeconds: 105,
  },
];

/** Where a built tool is, or will be. */
export function toolPath(name: string): string {
  const tool = goTools.find((candidate) => candidate.name === name);
  if (!tool) throw new Error(`The catalogue has no tool ${name}.`);
  const owner = goTools.find((candidate) => candidate.name === tool.beside) ?? tool;
  return path.join(cacheFolder, "tools", `${owner.name}-${owner.version}`, tool.name);
}
