import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { registryCredentials } from "../../../commands/registry-credentials.ts";
import { dockerCredentials } from "../../../src/oci/docker-config.ts";

const auth = Buffer.from("me:pass:word").toString("base64");

describe("credentials for a registry", () => {
  const cases: readonly [string, unknown, unknown][] = [
    [
      "as docker login writes them",
      { auths: { "ghcr.io": { auth } } },
      { username: "me", password: "pass:word" },
    ],
    [
      "under an address",
      { auths: { "https://ghcr.io/v2/": { auth } } },
      { username: "me", password: "pass:word" },
    ],
    [
      "in clear",
      { auths: { "ghcr.io": { username: "me", password: "x" } } },
      { username: "me", password: "x" },
    ],
    [
      "from the host's helper",
      { credHelpers: { "ghcr.io": "pass" }, auths: { "ghcr.io": { auth } } },
      { helper: "pass" },
    ],
    ["from the helper of all", { credsStore: "desktop", auths: { "ghcr.io": {} } }, { helper: "desktop" }],
    ["for another host", { auths: { "docker.io": { auth } } }, undefined],
    ["in an empty file", {}, undefined],
  ];
  for (const [what, config, expected] of cases) {
    it(`are read ${what}`, () => {
      assert.deepEqual(dockerCredentials(JSON.stringify(config), "ghcr.io"), expected);
    });
  }

  it("come from the environment first, then from the file, then for ghcr.io from GITHUB_TOKEN", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "docker "));
    const env = { DOCKER_CONFIG: folder, GITHUB_TOKEN: "token" };
    try {
      assert.deepEqual(await registryCredentials("ghcr.io", env), { username: "git", password: "token" });
      assert.equal(await registryCredentials("example.com", env), undefined);
      await writeFile(path.join(folder, "config.json"), JSON.stringify({ auths: { "ghcr.io": { auth } } }));
      assert.deepEqual(await registryCredentials("ghcr.io", env), { username: "me", password: "pass:word" });
      const given = { REGISTRY_USERNAME: "a", REGISTRY_PASSWORD: "b" };
      assert.deepEqual(await registryCredentials("ghcr.io", { ...env, ...given }), {
        username: "a",
        password: "b",
      });
      await writeFile(path.join(folder, "config.json"), '{"credsStore":"that-is-not-there"}');
      await assert.rejects(
        registryCredentials("ghcr.io", env),
        /docker-credential-that-is-not-there: has no/,
      );
      await writeFile(path.join(folder, "config.json"), "{");
      await assert.rejects(registryCredentials("ghcr.io", env), /cannot be read as Docker's configuration/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
