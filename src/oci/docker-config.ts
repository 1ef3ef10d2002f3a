/** Credentials for a registry in Docker's configuration file, which `docker login`, `oras` and `flux` read too. */

export interface RegistryCredentials {
  readonly username: string;
  readonly password: string;
}

/** A helper program that knows the credentials: `docker-credential-<helper>`. */
export interface CredentialHelper {
  readonly helper: string;
}

interface DockerConfig {
  readonly auths?: Readonly<
    Record<string, { readonly auth?: string; readonly username?: string; readonly password?: string }>
  >;
  readonly credHelpers?: Readonly<Record<string, string>>;
  readonly credsStore?: string;
}

/**
 * What the file says of a host; undefined if nothing.
 *
 * @throws {SyntaxError} if it is no JSON.
 */
export function dockerCredentials(
  content: string,
  host: string,
): RegistryCredentials | CredentialHelper | undefined {
  const { auths = {}, credHelpers = {}, credsStore } = JSON.parse(content) as DockerConfig;
  const helper = credHelpers[host];
  if (helper !== undefined) return { helper };
  const [, entry] = Object.entries(auths).find(([server]) => hostOf(server) === host) ?? [];
  if (entry?.auth !== undefined && entry.auth !== "") {
    const [username = "", ...password] = Buffer.from(entry.auth, "base64").toString().split(":");
    return { username, password: password.join(":") };
  }
  if (entry?.username !== undefined && entry.password !== undefined) {
    return { username: entry.username, password: entry.password };
  }
  return credsStore === undefined || credsStore === "" ? undefined : { helper: credsStore };
}

/** `https://ghcr.io/v2/` is how some tools write `ghcr.io`. */
function hostOf(server: string): string {
  return server.replace(/^https?:\/\//, "").replace(/\/.*$/, "");
}
