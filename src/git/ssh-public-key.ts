/** The public half of an SSH key, for GitHub, which has to know it before Flux can log in with the private half. */
import { UserError } from "../errors.ts";

const armour = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]+)-----END OPENSSH PRIVATE KEY-----/;
const magic = "openssh-key-v1\0";

/**
 * The public key of a private one in OpenSSH's own format, as `ssh-keygen` writes it, in the form of an
 * `authorized_keys` line. It is in clear there, even where the private half is not (openssh, PROTOCOL.key).
 *
 * @throws {UserError} on any other format. The message holds nothing of the key.
 */
export function sshPublicKey(privateKey: string): string {
  const body = armour.exec(privateKey)?.[1];
  const bytes = Buffer.from(body ?? "", "base64");
  if (bytes.subarray(0, magic.length).toString("latin1") !== magic) throw noKey();
  let offset = magic.length;
  const field = (): Buffer => {
    const length = offset + 4 <= bytes.length ? bytes.readUInt32BE(offset) : Number.POSITIVE_INFINITY;
    const start = offset + 4;
    if (start + length > bytes.length) throw noKey();
    offset = start + length;
    return bytes.subarray(start, offset);
  };
  const [cipher] = [field(), field(), field()];
  if (cipher.toString("latin1") !== "none") {
    throw noKey("is protected by a passphrase, which Flux cannot type in");
  }
  offset += 4;
  const key = field();
  const type = key.subarray(4, 4 + key.readUInt32BE(0)).toString("latin1");
  return `${type} ${key.toString("base64")}`;
}

function noKey(fault = "is not an OpenSSH private key"): UserError {
  return new UserError({
    what: `credentials: the SSH key ${fault}.`,
    remedy:
      "Make one (ssh-keygen -t ed25519 -N '' -f deploy-key), or convert yours: ssh-keygen -p -N '' -f <file>",
  });
}
