/** Where an artifact is in a registry. */
import { UserError } from "../errors.ts";

export interface OciRepository {
  /** Host, with its port if it has one: `ghcr.io`. */
  readonly host: string;
  /** Below the host: `acme/manifests/platform`. */
  readonly name: string;
}

const pattern = /^oci:\/\/(?<host>[\w.-]+(?::\d+)?)\/(?<name>[a-z0-9._-]+(?:\/[a-z0-9._-]+)*)$/;

/**
 * The address as Flux writes it, without a tag.
 *
 * @throws {UserError} if it is none.
 */
export function parseOciRepository(url: string): OciRepository {
  const groups = pattern.exec(url)?.groups;
  if (groups === undefined) {
    throw new UserError({
      what: `${url}: is no address of an artifact, which is oci://<host>/<name> without a tag, in lower case.`,
      remedy: "Write it as in clusters/staging/platform.yaml: oci://ghcr.io/acme/manifests/platform",
    });
  }
  return { host: groups["host"] ?? "", name: groups["name"] ?? "" };
}

/** `ghcr.io/acme/manifests/platform`, as other tools write it. */
export function repositoryText({ host, name }: OciRepository): string {
  return `${host}/${name}`;
}
