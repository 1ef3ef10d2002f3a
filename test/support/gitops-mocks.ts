import type { MockedResource, ProviderMocks } from "./registrations.ts";
import { awsMocks } from "./aws-mocks.ts";

/** As the API server answers: what was asked for, with what it counts itself. */
const stored = ({ inputs }: MockedResource): Record<string, unknown> => ({
  metadata: { ...(inputs["metadata"] as object), generation: 1, resourceVersion: "7" },
});
const nothing = (): Record<string, unknown> => ({});

/** A repository with Development on main, as the functions of the GitHub provider answer. */
export const platformFiles: Readonly<Record<string, string>> = {
  "clusters/development/apps.yaml": "apps: true\n",
  "clusters/development/flux-system/gotk-sync.yaml": "left: behind\n",
  "clusters/development/platform.yaml":
    "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata:\n  name: platform\n" +
    "spec:\n  url: https://github.com/acme/platform.git\n  ref:\n    branch: main\n",
  "platform/services/app-a.yaml": "service: true\n",
};

/** @param branches the branches that are there, each with its head. */
export function gitopsMocks(branches: Readonly<Record<string, string>> = { main: "0a1b" }): ProviderMocks {
  return {
    resources: {
      ...awsMocks.resources,
      "github:index/branch:Branch": nothing,
      "github:index/repositoryDeployKey:RepositoryDeployKey": nothing,
      "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition": stored,
      "kubernetes:apps/v1:Deployment": stored,
      "kubernetes:core/v1:Namespace": stored,
      "kubernetes:core/v1:Secret": stored,
      "kubernetes:core/v1:Service": stored,
      "kubernetes:core/v1:ServiceAccount": stored,
      "kubernetes:helm.toolkit.fluxcd.io/v2:HelmRelease": stored,
      "kubernetes:kustomize.toolkit.fluxcd.io/v1:Kustomization": stored,
      "kubernetes:notification.toolkit.fluxcd.io/v1beta3:Alert": stored,
      "kubernetes:notification.toolkit.fluxcd.io/v1beta3:Provider": stored,
      "kubernetes:source.toolkit.fluxcd.io/v1:GitRepository": stored,
      "kubernetes:source.toolkit.fluxcd.io/v1:HelmRepository": stored,
      "sdlc:flux:Readiness": () => ({ readyObjects: 9 }),
      "sdlc:github:Branch": () => ({ head: "c10e" }),
      "sdlc:services:Prerequisites": nothing,
    },
    functions: {
      ...awsMocks.functions,
      "aws:index/getAvailabilityZones:getAvailabilityZones": () => ({
        names: ["eu-west-1a", "eu-west-1b", "eu-west-1c"],
      }),
      "aws:secretsmanager/getSecretVersion:getSecretVersion": ({ secretId }) => ({
        secretString: JSON.stringify({ token: `token of ${String(secretId)}` }),
      }),
      "github:index/getBranch:getBranch": ({ branch }) => {
        const sha = branches[String(branch)];
        return sha === undefined ? { id: "" } : { id: `platform:${String(branch)}`, sha };
      },
      "github:index/getTree:getTree": () => ({
        entries: Object.keys(platformFiles).map((path) => ({ path, type: "blob", mode: "100644" })),
      }),
      "github:index/getRepositoryFile:getRepositoryFile": ({ file }) => ({
        content: platformFiles[String(file)],
      }),
    },
  };
}
