/** The provider's functions. What is not there gives an empty id and none of the rest, as the real ones do. */
import type { Properties } from "../../product.ts";
import type { FunctionHandler } from "../plumbing/stand-in.ts";
import { commitOf, contentsPath, decoded, etagOf, type ContentsAnswer, type GitHub } from "./api.ts";

const text = (args: Properties, name: string): string => String(args[name]);

export const functions: Readonly<Record<string, FunctionHandler<GitHub>>> = {
  getBranch: async ({ configuration: github }, args) => {
    const [repository, branch] = [text(args, "repository"), text(args, "branch")];
    const found = await github.find(repository, `/git/ref/heads/${branch}`);
    if (!found) return { ...args, id: "" };
    const { ref } = found;
    return { ...args, id: `${repository}:${branch}`, ref, sha: commitOf(found), etag: etagOf(found) };
  },

  getTree: async ({ configuration: github }, args) => {
    const recursive = args["recursive"] === true ? "?recursive=1" : "";
    const { sha, tree } = await github.call(
      "GET",
      text(args, "repository"),
      `/git/trees/${text(args, "treeSha")}${recursive}`,
    );
    return { ...args, id: sha, entries: (tree as Properties[]).map((entry) => ({ size: 0, ...entry })) };
  },

  getRepositoryFile: async ({ configuration: github }, args) => {
    const [repository, file] = [text(args, "repository"), text(args, "file")];
    const ref = args["branch"] === undefined ? undefined : text(args, "branch");
    const found = (await github.find(repository, contentsPath(file, ref))) as ContentsAnswer | undefined;
    if (!found) return { ...args, id: "" };
    const { url, sha } = found;
    return {
      ...args,
      id: `${repository}/${file}`,
      content: decoded(found),
      sha,
      ref: new URL(url).searchParams.get("ref"),
    };
  },
};
