/**
 * What a stack exported when it last ran, as another run reads it. Only what decisions rest on; a value that is
 * missing or of another shape (an older program wrote it) counts as not exported.
 */
import { z } from "zod";
import type { ExportedAddons } from "./addons.ts";

const schema = z.object({
  region: z.string().optional().catch(undefined),
  createdOn: z.iso.date().optional().catch(undefined),
  expiry: z.iso.date().optional().catch(undefined),
  /** Whom to ask about the stack, also where its settings cannot be read any more. */
  owner: z.string().optional().catch(undefined),
  ticket: z.string().optional().catch(undefined),
  availabilityZones: z.array(z.string()).optional().catch(undefined),
  kubernetesVersion: z.string().optional().catch(undefined),
  addonVersions: z.record(z.string(), z.string()).optional().catch(undefined),
  /** Node group to the Kubernetes minor it runs. */
  nodeVersions: z.record(z.string(), z.string()).optional().catch(undefined),
  /** The minor that the control plane was made with, and its last upgrade. */
  kubernetesHistory: z
    .object({
      createdWith: z.string().optional(),
      upgradedFrom: z.string().optional(),
      upgradedAt: z.iso.datetime().optional(),
    })
    .optional()
    .catch(undefined),
  /** The Flux release that was installed, and the digest of its manifest. */
  fluxVersion: z.string().optional().catch(undefined),
  fluxManifestDigest: z.string().optional().catch(undefined),
});

/** The names of these outputs. */
export const exportedNames = Object.keys(schema.shape);

export type Exported = z.output<typeof schema>;

export function parseExported(outputs: unknown): Exported {
  const result = schema.safeParse(outputs);
  return result.success ? result.data : {};
}

/** The exported add-on versions with the Kubernetes minor they belong to; undefined unless both are there. */
export function exportedAddons(exported: Exported): ExportedAddons | undefined {
  const { kubernetesVersion, addonVersions } = exported;
  return kubernetesVersion === undefined || addonVersions === undefined
    ? undefined
    : { kubernetesVersion, addonVersions };
}
