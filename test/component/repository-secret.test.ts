import assert from "node:assert/strict";
import * as github from "@pulumi/github";
import { RepositorySecret } from "../../components/repository-secret.ts";
import type { Credential } from "../../src/secrets/credential.ts";
import { gitopsMocks } from "../support/gitops-mocks.ts";
import { inCluster } from "../support/in-cluster.ts";
import { record, type Registrations } from "../support/registrations.ts";
import { keyPair } from "../support/ssh-key.ts";

const secret = "kubernetes:core/v1:Secret access";
const base64 = (text: string): string => Buffer.from(text).toString("base64");

async function registered(credential: Credential, deployKey = false): Promise<Registrations> {
  const { registrations } = await record(gitopsMocks(), () => {
    const place = { provider: new github.Provider("git", { owner: "acme" }), repository: "platform" };
    new RepositorySecret("access", {
      cluster: inCluster(),
      secretName: "platform-repository",
      credential,
      deployKey: deployKey ? place : undefined,
      after: [],
    });
  });
  return registrations;
}

describe("RepositorySecret", () => {
  it("is one secret in Flux's namespace, and every value in it is secret", async () => {
    const registrations = await registered({ type: "token", token: "ghp_1" });
    assert.deepEqual(registrations.childrenOf("sdlc:flux:RepositorySecret access"), [secret]);
    const { inputs, provider, deletedWith } = registrations.get(secret);
    assert.deepEqual(inputs, {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "platform-repository", namespace: "flux-system" },
      type: "Opaque",
      data: { username: { secret: base64("git") }, password: { secret: base64("ghp_1") } },
    });
    assert.equal(provider, "pulumi:providers:kubernetes kube");
    assert.equal(deletedWith, "sdlc:test:Cluster cluster");
  });

  it("has the type that a registry's secret needs", async () => {
    const credential = { type: "registry", server: "ghcr.io", username: "u", password: "p" } as const;
    const { inputs } = (await registered(credential)).get(secret);
    assert.equal(inputs["type"], "kubernetes.io/dockerconfigjson");
    assert.deepEqual(Object.keys(inputs["data"] as object), [".dockerconfigjson"]);
  });

  it("has the three parts of a GitHub App, none of them in clear", async () => {
    const { privateKey } = keyPair();
    const credential = { type: "github-app", appId: "1", installationId: "2", privateKey } as const;
    const registrations = await registered(credential, true);
    // A deploy key is for SSH: an App is let in by its installation.
    assert.deepEqual(registrations.childrenOf("sdlc:flux:RepositorySecret access"), [secret]);
    assert.deepEqual(registrations.get(secret).inputs["data"], {
      githubAppID: { secret: base64("1") },
      githubAppInstallationID: { secret: base64("2") },
      githubAppPrivateKey: { secret: base64(privateKey) },
    });
  });

  it("lets the public half of an SSH key in, for reading, before Flux uses the private one", async () => {
    const { privateKey, publicKey } = keyPair();
    const credential = { type: "ssh", privateKey, knownHosts: "github.com x", deployKey: true } as const;
    const registrations = await registered(credential, true);
    const key = "github:index/repositoryDeployKey:RepositoryDeployKey access-deploy-key";
    assert.deepEqual(registrations.get(key).inputs, {
      repository: "platform",
      title: "Flux: access",
      key: publicKey,
      readOnly: true,
    });
    assert.deepEqual(registrations.get(secret).dependencies, [key]);
  });

  it("makes no key where nobody asked for one", async () => {
    const credential = {
      type: "ssh",
      privateKey: keyPair().privateKey,
      knownHosts: "h",
      deployKey: false,
    } as const;
    assert.deepEqual((await registered(credential)).childrenOf("sdlc:flux:RepositorySecret access"), [
      secret,
    ]);
  });
});
