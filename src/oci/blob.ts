/** A blob of a registry, and what names it in a manifest. */
import { createHash } from "node:crypto";

export interface Blob {
  readonly bytes: Buffer;
  readonly mediaType: string;
  /** `sha256:<hex>`. */
  readonly digest: string;
}

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
}

export const manifestMediaType = "application/vnd.oci.image.manifest.v1+json";

export function blob(mediaType: string, content: Buffer | string): Blob {
  const bytes = Buffer.from(content);
  return { bytes, mediaType, digest: digestOf(bytes) };
}

export function digestOf(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

export function descriptor(
  { bytes, mediaType, digest }: Blob,
  annotations?: Readonly<Record<string, string>>,
): Descriptor {
  return { mediaType, digest, size: bytes.length, ...(annotations && { annotations }) };
}

/** A manifest with the blobs that it names: what is pushed, blobs first. */
export interface Image {
  readonly manifest: Blob;
  readonly blobs: readonly Blob[];
}

export function image(
  config: Blob,
  layers: readonly { readonly blob: Blob; readonly annotations?: Readonly<Record<string, string>> }[],
  annotations?: Readonly<Record<string, string>>,
): Image {
  const manifest = {
    schemaVersion: 2,
    mediaType: manifestMediaType,
    config: descriptor(config),
    layers: layers.map((layer) => descriptor(layer.blob, layer.annotations)),
    ...(annotations && { annotations }),
  };
  return {
    manifest: blob(manifestMediaType, JSON.stringify(manifest)),
    blobs: [config, ...layers.map((layer) => layer.blob)],
  };
}
