/**
 * An OCI artifact as Flux reads it (source-controller, OCIRepository): one layer, a compressed archive. Its digest depends
 * on the commit and its files alone, so that who builds the same commit again gets the same artifact.
 */
import { blob, digestOf, image, type Image } from "./blob.ts";
import { compressed, tarball, type ArchivedFile } from "./tarball.ts";

const configMediaType = "application/vnd.cncf.flux.config.v1+json";
const contentMediaType = "application/vnd.cncf.flux.content.v1.tar+gzip";

export interface ArtifactOrigin {
  /** Address of the Git repository, without credentials. */
  readonly source: string;
  /** `main@sha1:<commit>`, as Flux writes a revision of Git. */
  readonly revision: string;
  /** When the commit was made, in RFC 3339. The time of the build would change the digest. */
  readonly created: string;
  readonly version: string;
}

export function fluxArtifact(files: readonly ArchivedFile[], origin: ArtifactOrigin): Image {
  const archive = tarball(files);
  const layer = blob(contentMediaType, compressed(archive));
  // Clients that take every image for a container's look for these (OCI image specification, config).
  const config = {
    architecture: "",
    os: "",
    config: {},
    created: origin.created,
    rootfs: { type: "layers", diff_ids: [digestOf(archive)] },
  };
  return image(blob(configMediaType, JSON.stringify(config)), [{ blob: layer }], {
    "org.opencontainers.image.created": origin.created,
    "org.opencontainers.image.revision": origin.revision,
    "org.opencontainers.image.source": origin.source,
    "org.opencontainers.image.version": origin.version,
  });
}
