/** How a command logs in at a registry: by the environment, or as `docker login` left it. */
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { execa } from "execa";
import { UserError } from "../src/errors.ts";
import { dockerCredentials, type RegistryCredentials } from "../src/oci/docker-config.ts";

/**
 * `REGISTRY_USERNAME` and `REGISTRY_PASSWORD`; else Docker's configuration file, with its helpers; else, for GitHub's own
 * registry, `GITHUB_TOKEN`. Undefined where there is none of these.
 *
 * @throws {UserError} on a file or a helper that does not work. The message holds no secret.
 */
export async function registryCredentials(
  host: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<RegistryCredentials | undefined> {
  const { REGISTRY_USERNAME: username, REGISTRY_PASSWORD: password, GITHUB_TOKEN: token } = env;
  if (username !== undefined && password !== undefined) return { username, password };
  const file = path.join(env["DOCKER_CONFIG"] ?? path.join(homedir(), ".docker"), "config.json");
  const found = await readDockerConfig(file, host);
  if (found !== undefined) return "helper" in found ? askHelper(found.helper, host) : found;
  // GitHub looks at the token alone, and refuses an empty name.
  return host === "ghcr.io" && token !== undefined ? { username: "git", password: token } : undefined;
}

async function readDockerConfig(file: string, host: string): Promise<ReturnType<typeof dockerCredentials>> {
  try {
    return dockerCredentials(await readFile(file, "utf8"), host);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new UserError({
      what: `${file}: cannot be read as Docker's configuration.`,
      remedy: `Mend it, or log in again: docker login ${host}`,
    });
  }
}

/** The protocol of Docker's credential helpers: the host to its input, JSON from its output. */
async function askHelper(helper: string, host: string): Promise<RegistryCredentials> {
  const program = `docker-credential-${helper}`;
  const result = await execa(program, ["get"], { input: host, reject: false });
  if (!result.failed) {
    const { Username, Secret } = JSON.parse(result.stdout) as { Username: string; Secret: string };
    return { username: Username, password: Secret };
  }
  throw new UserError({
    what: `${program}: has no credentials for ${host}.`,
    remedy: `Log in: docker login ${host}, or set REGISTRY_USERNAME and REGISTRY_PASSWORD.`,
  });
}
