import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { sshPublicKey } from "../../../src/git/ssh-public-key.ts";

function keyPair(type: string, passphrase = ""): { privateKey: string; publicKey: string } {
  const folder = mkdtempSync(path.join(tmpdir(), "ssh-key-"));
  try {
    const file = path.join(folder, "key");
    execFileSync("ssh-keygen", ["-q", "-t", type, "-N", passphrase, "-C", "", "-f", file]);
    return {
      privateKey: readFileSync(file, "utf8"),
      publicKey: readFileSync(`${file}.pub`, "utf8").trim(),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("the public half of an SSH key", () => {
  for (const type of ["ed25519", "ecdsa"]) {
    it(`of type ${type} is the one that ssh-keygen writes`, () => {
      const { privateKey, publicKey } = keyPair(type);
      assert.equal(sshPublicKey(privateKey), publicKey);
    });
  }

  it("is not taken from a key that Flux could not use", () => {
    assert.throws(() => sshPublicKey(keyPair("ed25519", "secret").privateKey), /protected by a passphrase/);
  });

  it("is not taken from anything else, and the message holds nothing of it", () => {
    for (const text of [
      "",
      "hunter2",
      "-----BEGIN OPENSSH PRIVATE KEY-----\naHVudGVyMg==\n-----END OPENSSH PRIVATE KEY-----",
    ]) {
      assert.throws(
        () => sshPublicKey(text),
        (error: Error) =>
          /is not an OpenSSH private key/.test(error.message) && !/hunter2|aHVu/.test(error.message),
      );
    }
  });
});
