/** `github.Branch`: takes a branch as it is where there is one, and fails to delete one that is gone. */
import type { Properties } from "../../product.ts";
import type { StandInHandler } from "../plumbing/stand-in.ts";
import { commitOf, etagOf, GitHubError, type GitHub } from "./api.ts";

interface BranchInputs {
  readonly repository: string;
  readonly branch: string;
  readonly sourceBranch: string;
  readonly sourceSha?: string;
}

export const branch: StandInHandler<GitHub> = {
  inputs: ["repository", "branch", "sourceBranch", "sourceSha", "etag"],
  required: ["repository", "branch"],
  outputs: ["ref", "sha", "sourceSha", "etag"],
  replaceOn: ["repository", "sourceBranch", "sourceSha"],
  keptWhenAbsent: ["sourceSha", "etag"],
  check: (_context, inputs) => ({ inputs: { sourceBranch: "main", ...inputs } }),

  create: async ({ configuration: github }, properties) => {
    const { repository, branch: name, sourceBranch, sourceSha } = asInputs(properties);
    const from = sourceSha ?? commitOf(await reference(github, repository, sourceBranch));
    try {
      await github.call("POST", repository, "/git/refs", { ref: `refs/heads/${name}`, sha: from });
    } catch (error) {
      if (!/422 Reference already exists/.test(String(error)))
        throw describe("creating", github, repository, name, error);
    }
    const live = await reference(github, repository, name);
    return { id: `${repository}:${name}`, outputs: { ...properties, ...outputsOf(live), sourceSha: from } };
  },
  read: async ({ configuration: github }, { id, inputs, outputs }) => {
    const [repository = "", name = ""] = id.split(":");
    const live = await github.find(repository, `/git/ref/heads/${name}`);
    return live && { id, inputs, outputs: { ...outputs, repository, branch: name, ...outputsOf(live) } };
  },
  update: ({ configuration: github }, { inputs }, news) => {
    const [old, { repository, branch: name }] = [asInputs(inputs).branch, asInputs(news)];
    // The real provider renames the branch on GitHub, which nothing here may ask for.
    throw new Error(
      `error renaming GitHub branch ${github.owner}/${repository} (${old} -> ${name}): not supported locally`,
    );
  },
  delete: async ({ configuration: github }, { id }) => {
    const [repository = "", name = ""] = id.split(":");
    try {
      await github.call("DELETE", repository, `/git/refs/heads/${name}`);
    } catch (error) {
      throw describe("deleting", github, repository, name, error);
    }
  },
};

function asInputs(properties: Properties): BranchInputs {
  return properties as unknown as BranchInputs;
}

async function reference(github: GitHub, repository: string, name: string): Promise<Properties> {
  try {
    return await github.call("GET", repository, `/git/ref/heads/${name}`);
  } catch (error) {
    throw describe("querying", github, repository, name, error);
  }
}

function outputsOf(live: Properties): Properties {
  return { ref: live["ref"], sha: commitOf(live), etag: etagOf(live) };
}

function describe(
  doing: string,
  { owner }: GitHub,
  repository: string,
  name: string,
  error: unknown,
): unknown {
  if (!(error instanceof GitHubError)) return error;
  return new Error(
    `error ${doing} GitHub branch reference ${owner}/${repository} (refs/heads/${name}): ${error.message}`,
  );
}
