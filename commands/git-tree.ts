/** Files of a commit, read from Git and not from a folder, where they may be edited. */
import { git, gitBytes } from "./git.ts";

export interface TreeFile {
  readonly path: string;
  readonly bytes: Buffer;
  readonly executable: boolean;
}

/** Regular files below these paths; a link or a submodule is none. */
export async function treeFiles(root: string, commit: string, paths: readonly string[]): Promise<TreeFile[]> {
  if (paths.length === 0) return [];
  const listing = await git(root, ["ls-tree", "-r", "-z", commit, "--", ...paths]);
  const entries = listing.split("\0").flatMap((line) => {
    const [, mode = "", id, path] = /^100(\d{3}) blob ([0-9a-f]+)\t(.+)$/s.exec(line) ?? [];
    return id === undefined || path === undefined ? [] : [{ id, path, executable: mode === "755" }];
  });
  const ids = entries.map(({ id }) => `${id}\n`).join("");
  const output = await gitBytes(root, ["cat-file", "--batch"], { input: ids });
  let offset = 0;
  return entries.map(({ path, executable }) => {
    // `<id> blob <size>`, the content, and an end of line.
    const end = output.indexOf("\n", offset);
    const size = Number(output.subarray(offset, end).toString().split(" ")[2]);
    const bytes = output.subarray(end + 1, end + 1 + size);
    offset = end + 1 + size + 1;
    return { path, executable, bytes };
  });
}
