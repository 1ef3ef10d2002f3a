import assert from "node:assert/strict";
import { credentialFault, secretValues } from "../../../src/secrets/credential.ts";
import { repositorySecret } from "../../../src/secrets/repository-secret.ts";

describe("the secret of a repository", () => {
  it("holds a token as the password of a name that nobody reads", () => {
    assert.deepEqual(repositorySecret({ type: "token", token: "ghp_1" }), {
      type: "Opaque",
      data: { username: "git", password: "ghp_1" },
    });
  });

  it("holds name and password", () => {
    assert.deepEqual(repositorySecret({ type: "basic", username: "flux", password: "p" }).data, {
      username: "flux",
      password: "p",
    });
  });

  it("holds an SSH key and the hosts it is for, each with the end of line that SSH wants", () => {
    const secret = repositorySecret({
      type: "ssh",
      privateKey: "key",
      knownHosts: "hosts\n",
      deployKey: false,
    });
    assert.deepEqual(secret.data, { identity: "key\n", known_hosts: "hosts\n" });
  });

  it("holds the three parts of a GitHub App", () => {
    const secret = repositorySecret({
      type: "github-app",
      appId: "1",
      installationId: "2",
      privateKey: "key\n",
    });
    assert.deepEqual(secret.data, {
      githubAppID: "1",
      githubAppInstallationID: "2",
      githubAppPrivateKey: "key\n",
    });
  });

  it("is what docker login writes for a registry", () => {
    const secret = repositorySecret({ type: "registry", server: "ghcr.io", username: "flux", password: "p" });
    assert.equal(secret.type, "kubernetes.io/dockerconfigjson");
    assert.deepEqual(JSON.parse(secret.data[".dockerconfigjson"] ?? ""), {
      auths: { "ghcr.io": { username: "flux", password: "p", auth: "Zmx1eDpw" } },
    });
  });
});

describe("a credential", () => {
  it("opens only what takes its kind", () => {
    const kinds = ["token", "basic", "ssh", "github-app", "registry"] as const;
    const opens = (url: string): string[] => kinds.filter((kind) => credentialFault(kind, url) === undefined);
    assert.deepEqual(opens("https://github.com/acme/platform.git"), ["token", "basic", "github-app"]);
    assert.deepEqual(opens("ssh://git@github.com/acme/platform.git"), ["ssh"]);
    assert.deepEqual(opens("oci://ghcr.io/acme/platform"), ["registry"]);
  });

  it("tells which of its values are secret", () => {
    assert.deepEqual(secretValues({ type: "basic", username: "flux", password: "p" }), { password: "p" });
    assert.deepEqual(secretValues({ type: "ssh", privateKey: "k", knownHosts: "h", deployKey: true }), {
      privateKey: "k",
    });
  });
});
