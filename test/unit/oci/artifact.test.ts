import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { Parser, type ReadEntry } from "tar";
import type { Descriptor } from "../../../src/oci/blob.ts";
import { fluxArtifact } from "../../../src/oci/flux-artifact.ts";
import { parseOciRepository } from "../../../src/oci/reference.ts";
import { tarball, type ArchivedFile } from "../../../src/oci/tarball.ts";

const file = (path: string, text: string, executable = false): ArchivedFile => ({
  path,
  bytes: Buffer.from(text),
  executable,
});
const files = [
  file("platform/b.yaml", "b: 1\n"),
  file("platform/a/c.yaml", "x".repeat(513)),
  file("platform/run", "", true),
];
const origin = {
  source: "https://github.com/acme/platform.git",
  revision: "main@sha1:0123",
  created: "2026-11-25T10:00:00Z",
  version: "0.0.7",
};

interface Manifest {
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

async function entriesOf(archive: Buffer): Promise<Record<string, unknown>> {
  const entries: Record<string, unknown> = {};
  const parser = new Parser({
    onReadEntry: (entry: ReadEntry) => {
      const chunks: Buffer[] = [];
      entry.on("data", (chunk: Buffer) => chunks.push(chunk));
      entry.on("end", () => {
        entries[entry.path] = [Buffer.concat(chunks).toString(), entry.mode, entry.mtime?.getTime()];
      });
    },
  });
  const ended = new Promise((resolve) => parser.on("end", resolve));
  parser.end(archive);
  await ended;
  return entries;
}

describe("the artifact of a release", () => {
  it("holds the files under their paths in Git, and nothing of who packed them and when", async () => {
    assert.deepEqual(await entriesOf(tarball(files)), {
      "platform/a/c.yaml": ["x".repeat(513), 0o644, 0],
      "platform/b.yaml": ["b: 1\n", 0o644, 0],
      "platform/run": ["", 0o755, 0],
    });
  });

  it("is what Flux expects: its media types, one layer, the annotations of its origin", () => {
    const { manifest, blobs } = fluxArtifact(files, origin);
    const parsed = JSON.parse(manifest.bytes.toString()) as Manifest;
    const [config, layer] = blobs;
    assert.ok(config && layer);
    assert.deepEqual(parsed, {
      schemaVersion: 2,
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      config: {
        mediaType: "application/vnd.cncf.flux.config.v1+json",
        digest: config.digest,
        size: config.bytes.length,
      },
      layers: [
        {
          mediaType: "application/vnd.cncf.flux.content.v1.tar+gzip",
          digest: layer.digest,
          size: layer.bytes.length,
        },
      ],
      annotations: {
        "org.opencontainers.image.created": "2026-11-25T10:00:00Z",
        "org.opencontainers.image.revision": "main@sha1:0123",
        "org.opencontainers.image.source": "https://github.com/acme/platform.git",
        "org.opencontainers.image.version": "0.0.7",
      },
    });
    assert.deepEqual(gunzipSync(layer.bytes), tarball(files));
  });

  it("has the digest that its files and their origin give it, in whatever order they come", () => {
    const { digest } = fluxArtifact(files, origin).manifest;
    assert.equal(fluxArtifact([...files].reverse(), origin).manifest.digest, digest);
    // Written down, so that a change of how it is packed is seen: it would make every release again a different one.
    assert.equal(digest, "sha256:106e031670c5e4da274b751831230814b8dc7cc635bd8df7a3eab2b9dc19d4f8");
    assert.notEqual(fluxArtifact([...files, file("platform/d", "")], origin).manifest.digest, digest);
    assert.notEqual(fluxArtifact(files, { ...origin, version: "0.0.8" }).manifest.digest, digest);
  });

  it("refuses a path that an archive does not take", () => {
    assert.throws(
      () => tarball([file(`platform/${"x".repeat(200)}.yaml`, "")]),
      /is too long for an archive/,
    );
    assert.throws(() => tarball([file("platform/größe.yaml", "")]), /other characters than ASCII/);
  });
});

describe("the address of an artifact", () => {
  it("is a host and a name", () => {
    assert.deepEqual(parseOciRepository("oci://ghcr.io/acme/manifests/platform"), {
      host: "ghcr.io",
      name: "acme/manifests/platform",
    });
    assert.equal(parseOciRepository("oci://registry.example.com:5000/a").host, "registry.example.com:5000");
  });
  for (const url of [
    "ghcr.io/acme/platform",
    "oci://ghcr.io",
    "oci://ghcr.io/Acme/platform",
    "oci://ghcr.io/a:1",
    "",
  ]) {
    it(`is not ${JSON.stringify(url)}`, () => {
      assert.throws(() => parseOciRepository(url), /is no address of an artifact/);
    });
  }
});
