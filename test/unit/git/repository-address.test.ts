import assert from "node:assert/strict";
import { parseRepositoryAddress, sameRepository } from "../../../src/git/repository-address.ts";

describe("the address of a repository", () => {
  for (const [url, scheme] of [
    ["https://github.com/acme/platform.git", "https"],
    ["https://github.com/acme/platform", "https"],
    ["ssh://git@github.com/acme/platform.git", "ssh"],
    ["ssh://git@GitHub.com/acme/platform/", "ssh"],
  ] as const) {
    it(`is read from ${url}`, () => {
      assert.deepEqual(parseRepositoryAddress(url), {
        scheme,
        host: "github.com",
        owner: "acme",
        name: "platform",
      });
    });
  }

  for (const url of [
    "git@github.com:acme/platform.git",
    "https://github.com/platform",
    "oci://ghcr.io/a/b",
    "platform",
  ]) {
    it(`is not ${url}`, () => {
      assert.equal(parseRepositoryAddress(url), undefined);
    });
  }

  it("leads to the same repository by HTTPS and SSH, whatever the case", () => {
    const https = "https://github.com/acme/platform.git";
    assert.equal(sameRepository(https, "ssh://git@github.com:22/Acme/Platform"), true);
    assert.equal(sameRepository(https, "https://github.com/acme/platform-2.git"), false);
    assert.equal(sameRepository(https, "https://gitlab.com/acme/platform.git"), false);
  });
});
