/** A certificate authority for one purpose, and the certificates that it issues. Nothing of it outlives the state folder. */
// The certificate library takes its types at run time from this polyfill, which must be loaded before it.
import "reflect-metadata";
import { randomBytes, webcrypto } from "node:crypto";
import { isIP } from "node:net";
import * as x509 from "@peculiar/x509";

x509.cryptoProvider.set(webcrypto);

// RSA keys take up to a second each; these take a millisecond.
const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const dayInMilliseconds = 24 * 60 * 60 * 1000;

export interface Authority {
  /** PEM. */
  readonly certificate: string;
  readonly commonName: string;
  readonly privateKey: webcrypto.CryptoKey;
}

export interface KeyPair {
  /** PEM, SubjectPublicKeyInfo. */
  readonly publicKey: string;
  /** PEM, PKCS #8. */
  readonly privateKey: string;
}

export interface CertificateRequest {
  readonly commonName: string;
  /** Kubernetes reads these as the groups of a client. */
  readonly organizations?: readonly string[];
  /** DNS names and IP addresses of a server. */
  readonly hosts?: readonly string[];
  readonly usage: "server" | "client";
}

export interface Certificate {
  /** PEM. */
  readonly certificate: string;
  /** PEM, PKCS #8. */
  readonly privateKey: string;
}

async function generate(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
}

async function privateKeyPem(keys: webcrypto.CryptoKeyPair): Promise<string> {
  return x509.PemConverter.encode(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey), "PRIVATE KEY");
}

/** Valid from yesterday, so that a clock that is a little behind accepts it, for a year. */
function validity(): { serialNumber: string; notBefore: Date; notAfter: Date } {
  return {
    // A serial number is positive: the first bit is clear.
    serialNumber: `01${randomBytes(15).toString("hex")}`,
    notBefore: new Date(Date.now() - dayInMilliseconds),
    notAfter: new Date(Date.now() + 365 * dayInMilliseconds),
  };
}

/** A key pair without a certificate, for signing tokens. */
export async function createKeyPair(): Promise<KeyPair> {
  const keys = await generate();
  const publicKey = await webcrypto.subtle.exportKey("spki", keys.publicKey);
  return {
    publicKey: x509.PemConverter.encode(publicKey, "PUBLIC KEY"),
    privateKey: await privateKeyPem(keys),
  };
}

/** An authority that trusts itself, or one that `above` vouches for: its certificate then goes with those that it issues. */
export async function createAuthority(commonName: string, above?: Authority): Promise<Authority> {
  const keys = await generate();
  const name = [{ CN: [commonName] }];
  const issuer = above && new x509.X509Certificate(above.certificate);
  const certificate = await x509.X509CertificateGenerator.create({
    ...validity(),
    subject: name,
    issuer: issuer?.subjectName ?? name,
    publicKey: keys.publicKey,
    signingKey: above?.privateKey ?? keys.privateKey,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign | x509.KeyUsageFlags.digitalSignature,
        true,
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
      ...(issuer ? [await x509.AuthorityKeyIdentifierExtension.create(issuer, false, webcrypto)] : []),
    ],
  });
  return { certificate: certificate.toString("pem"), commonName, privateKey: keys.privateKey };
}

export async function issueCertificate(
  authority: Authority,
  { commonName, organizations = [], hosts = [], usage }: CertificateRequest,
): Promise<Certificate> {
  const keys = await generate();
  const issuer = new x509.X509Certificate(authority.certificate);
  const certificate = await x509.X509CertificateGenerator.create({
    ...validity(),
    subject: [{ CN: [commonName] }, ...organizations.map((organization) => ({ O: [organization] }))],
    issuer: issuer.subjectName,
    publicKey: keys.publicKey,
    signingKey: authority.privateKey,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage[`${usage}Auth`]]),
      await x509.AuthorityKeyIdentifierExtension.create(issuer, false, webcrypto),
      ...(hosts.length === 0
        ? []
        : [
            new x509.SubjectAlternativeNameExtension(
              hosts.map((host) => ({ type: isIP(host) ? ("ip" as const) : ("dns" as const), value: host })),
            ),
          ]),
    ],
  });
  return { certificate: certificate.toString("pem"), privateKey: await privateKeyPem(keys) };
}
