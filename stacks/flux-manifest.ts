import { UserError } from "../src/errors.ts";
import { parseInstallManifest, type InstallManifest } from "../src/flux/install-manifest.ts";
import { checkDigest } from "../src/flux/manifest-digest.ts";
import type { GitopsPlan } from "../src/gitops-plan.ts";
import { request } from "../src/web.ts";

/**
 * The install manifest of the planned Flux release.
 *
 * @throws {UserError} if it cannot be had, is none, or is another one than this stack installed.
 */
export async function fetchInstallManifest({
  manifest,
  options,
  recorded,
}: GitopsPlan["install"]): Promise<InstallManifest> {
  const parsed = parseInstallManifest(manifest, await textOf(manifest));
  checkDigest({ version: options.version, digest: parsed.digest }, recorded);
  return parsed;
}

async function textOf(address: string): Promise<string> {
  let fault: string;
  try {
    const response = await request(address);
    if (response.ok) return await response.text();
    fault = `${address} answers ${response.status} ${response.statusText}`.trim();
  } catch (error) {
    fault = error instanceof Error ? error.message : String(error);
  }
  throw new UserError({
    what: `Flux: its install manifest cannot be fetched: ${fault}.`,
    remedy:
      "Look at flux.version, and at HTTPS_PROXY; or name a mirror: pulumi config set --path flux.manifest <address>",
  });
}
