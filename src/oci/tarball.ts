/** A compressed archive with the same bytes for the same files, whoever makes it and when. */
import { gzipSync } from "node:zlib";
import { Header } from "tar";
import { UserError } from "../errors.ts";

export interface ArchivedFile {
  /** Path in the archive, without a leading slash. */
  readonly path: string;
  readonly bytes: Buffer;
  readonly executable: boolean;
}

const block = 512;

/** Uncompressed. Files alone, in the order of their names, without owner and time. */
export function tarball(files: readonly ArchivedFile[]): Buffer {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const parts = sorted.flatMap(({ path, bytes, executable }) => [
    headerOf(path, bytes.length, executable ? 0o755 : 0o644),
    bytes,
    Buffer.alloc((block - (bytes.length % block)) % block),
  ]);
  return Buffer.concat([...parts, Buffer.alloc(2 * block)]);
}

export function compressed(archive: Buffer): Buffer {
  const bytes = gzipSync(archive, { level: 9 });
  // The operating system that compressed it (RFC 1952) is nobody's business: 255 is "unknown".
  bytes[9] = 255;
  return bytes;
}

function headerOf(path: string, size: number, mode: number): Buffer {
  const header = new Header({ path, size, mode, mtime: new Date(0), uid: 0, gid: 0, type: "File" });
  const bytes = Buffer.alloc(block);
  const isTooLong = header.encode(bytes);
  if (!isTooLong) return bytes;
  throw new UserError({
    what: `${path}: is too long for an archive, or has other characters than ASCII in it.`,
    remedy: "Give it a shorter name.",
  });
}
