/** What an environment's directory in Git says of the artifact that it follows. */
import { UserError } from "../errors.ts";
import { fluxNamespace, platformSource } from "../flux/api.ts";
import type { Repository } from "../guard/change.ts";
import { textAt, type Field, type ManifestObject } from "../guard/manifests.ts";
import { isFlux } from "../guard/versions.ts";

export interface PlatformSource {
  readonly file: string;
  /** `oci://…` */
  readonly url: string;
  readonly semver: string | undefined;
  readonly tag: string | undefined;
  readonly verified: boolean;
  field(path: readonly string[]): Field | undefined;
}

/**
 * The OCIRepository `platform` of an environment.
 *
 * @throws {UserError} if there is none.
 */
export function platformSourceOf(repository: Repository, environment: string): PlatformSource {
  const directory = `clusters/${environment}`;
  const found = repository
    .objects()
    .find((object) => object.file.startsWith(`${directory}/`) && isPlatformSource(object));
  const url = found && textAt(found, ["spec", "url"]);
  if (found === undefined || url === undefined) {
    throw new UserError({
      what: `${directory}: has no OCIRepository ${platformSource}, which is what ${environment} takes releases with.`,
      remedy: `Start from gitops/${directory}/platform.yaml.`,
    });
  }
  return {
    file: found.file,
    url,
    semver: textAt(found, ["spec", "ref", "semver"]),
    tag: textAt(found, ["spec", "ref", "tag"]),
    verified: found.field(["spec", "verify"]) !== undefined,
    field: (path) => found.field(path),
  };
}

function isPlatformSource(object: ManifestObject): boolean {
  return (
    isFlux(object, "OCIRepository") &&
    object.name === platformSource &&
    object.namespace === fluxNamespace &&
    object.field(["spec", "url"]) !== undefined
  );
}
