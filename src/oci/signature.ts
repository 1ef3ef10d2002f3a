/**
 * A signature as cosign makes it with a key of one's own: an image beside the signed one, whose layer says what was signed
 * and carries the signature. Flux checks it with `verify: { provider: cosign, secretRef }`, without a transparency log.
 */
import { createPrivateKey, createPublicKey, sign, type KeyObject } from "node:crypto";
import { UserError } from "../errors.ts";
import { blob, digestOf, image, type Image } from "./blob.ts";
import { repositoryText, type OciRepository } from "./reference.ts";

/** cosign, pkg/types. */
const payloadMediaType = "application/vnd.dev.cosign.simplesigning.v1+json";
/** P-256, by the name that OpenSSL has for it. */
const curve = "prime256v1";

const signatureAnnotation = "dev.cosignproject.cosign/signature";

/** The tag under which cosign looks for the signatures of an image. */
export function signatureTag(digest: string): string {
  return `${digest.replace(":", "-")}.sig`;
}

/** @param digest of the manifest that is signed. */
export function signatureImage(repository: OciRepository, digest: string, key: KeyObject): Image {
  const payload = Buffer.from(
    JSON.stringify({
      critical: {
        identity: { "docker-reference": repositoryText(repository) },
        image: { "docker-manifest-digest": digest },
        type: "cosign container image signature",
      },
      optional: null,
    }),
  );
  const layer = blob(payloadMediaType, payload);
  const config = {
    architecture: "",
    os: "",
    config: {},
    rootfs: { type: "layers", diff_ids: [digestOf(payload)] },
  };
  return image(blob("application/vnd.oci.image.config.v1+json", JSON.stringify(config)), [
    // ECDSA over SHA-256 in ASN.1, which is what Node makes and cosign expects.
    { blob: layer, annotations: { [signatureAnnotation]: sign("sha256", payload, key).toString("base64") } },
  ]);
}

/**
 * @param pem a private key in PEM: PKCS#8, encrypted or not, or OpenSSL's own form.
 * @throws {UserError} if it is no ECDSA key on P-256. The message holds nothing of it.
 */
export function parseSigningKey(pem: string, passphrase?: string): KeyObject {
  if (/BEGIN ENCRYPTED (SIGSTORE|COSIGN) PRIVATE KEY/.test(pem)) {
    throw badKey("is in cosign's own encrypted form, which only cosign reads");
  }
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: pem, ...(passphrase === undefined ? {} : { passphrase }) });
  } catch {
    const isEncrypted = passphrase === undefined && pem.includes("ENCRYPTED");
    throw badKey(
      isEncrypted ? "is encrypted, and no passphrase is given" : "cannot be read as a private key",
    );
  }
  if (key.asymmetricKeyDetails?.namedCurve !== curve) throw badKey("is no ECDSA key on the curve P-256");
  return key;
}

/** The half that Flux checks with, in PEM. */
export function publicKeyOf(key: KeyObject): string {
  return createPublicKey(key).export({ type: "spki", format: "pem" }).toString();
}

/** Whether a text is the public half of a key that `parseSigningKey` takes, and nothing more. */
export function isSigningPublicKey(pem: string): boolean {
  if (pem.includes("PRIVATE KEY")) return false;
  try {
    return createPublicKey(pem).asymmetricKeyDetails?.namedCurve === curve;
  } catch {
    return false;
  }
}

/** Whether two texts in PEM are the same public key. */
export function isSamePublicKey(left: string, right: string): boolean {
  return createPublicKey(left).equals(createPublicKey(right));
}

function badKey(fault: string): UserError {
  return new UserError({
    what: `The signing key ${fault}.`,
    remedy:
      "Make one: openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -aes256 -out signing.key",
  });
}
