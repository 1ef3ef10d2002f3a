/** A released manifest never changes. What was installed once is held to that. */
import { UserError } from "../errors.ts";

export interface InstalledManifest {
  /** The Flux release, such as `v2.9.1`. */
  readonly version: string;
  readonly digest: string;
}

/**
 * @param recorded what this stack installed when it last ran, if it did.
 * @throws {UserError} if the same release now has another content.
 */
export function checkDigest(fetched: InstalledManifest, recorded: InstalledManifest | undefined): void {
  if (recorded?.version !== fetched.version || recorded.digest === fetched.digest) return;
  throw new UserError({
    what: `Flux: the install manifest of ${fetched.version} is not the one this stack installed: it has ${fetched.digest}, recorded is ${recorded.digest}.`,
    remedy:
      "Find out who changed it. To take another release on purpose: pulumi config set --path flux.version v2.9.2",
  });
}
