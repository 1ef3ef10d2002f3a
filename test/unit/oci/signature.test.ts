import assert from "node:assert/strict";
import { generateKeyPairSync, verify } from "node:crypto";
import type { Descriptor } from "../../../src/oci/blob.ts";
import { parseSigningKey, publicKeyOf, signatureImage, signatureTag } from "../../../src/oci/signature.ts";

const repository = { host: "ghcr.io", name: "acme/manifests/platform" };
const digest = `sha256:${"0".repeat(64)}`;

function pem(curve = "prime256v1", passphrase?: string): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: curve });
  const options = { type: "pkcs8", format: "pem" } as const;
  return privateKey
    .export(passphrase === undefined ? options : { ...options, cipher: "aes-256-cbc", passphrase })
    .toString();
}

describe("the signature of a release", () => {
  it("is over a claim of the digest, and holds with the public half of the key", () => {
    const key = parseSigningKey(pem());
    const { manifest, blobs } = signatureImage(repository, digest, key);
    const [layer] = (JSON.parse(manifest.bytes.toString()) as { layers: Descriptor[] }).layers;
    const payload = blobs.find((blob) => blob.digest === layer?.digest);
    assert.ok(layer && payload);
    assert.equal(layer.mediaType, "application/vnd.dev.cosign.simplesigning.v1+json");
    assert.deepEqual(JSON.parse(payload.bytes.toString()), {
      critical: {
        identity: { "docker-reference": "ghcr.io/acme/manifests/platform" },
        image: { "docker-manifest-digest": digest },
        type: "cosign container image signature",
      },
      optional: null,
    });
    const signature = Buffer.from(layer.annotations?.["dev.cosignproject.cosign/signature"] ?? "", "base64");
    assert.ok(verify("sha256", payload.bytes, publicKeyOf(key), signature));
    assert.ok(!verify("sha256", payload.bytes, publicKeyOf(parseSigningKey(pem())), signature));
  });

  it("is under the tag where cosign looks for it", () => {
    assert.equal(signatureTag(digest), `sha256-${"0".repeat(64)}.sig`);
  });

  it("takes an encrypted key with its passphrase", () => {
    assert.ok(parseSigningKey(pem("prime256v1", "open sesame"), "open sesame"));
  });

  const refused: readonly [string, string, string | undefined, RegExp][] = [
    ["an encrypted key without one", pem("prime256v1", "x"), undefined, /is encrypted, and no passphrase/],
    ["a wrong one", pem("prime256v1", "x"), "y", /cannot be read as a private key/],
    ["another curve", pem("secp384r1"), undefined, /is no ECDSA key on the curve P-256/],
    ["no key", "something", undefined, /cannot be read as a private key/],
    ["cosign's own form", "-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----", undefined, /cosign's own/],
  ];
  for (const [what, key, passphrase, message] of refused) {
    it(`refuses ${what}, and shows nothing of it`, () => {
      assert.throws(
        () => parseSigningKey(key, passphrase),
        (error: Error) => message.test(error.message) && !error.message.includes(key.slice(60, 90) || key),
      );
    });
  }
});
