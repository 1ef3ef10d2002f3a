/** `github.RepositoryFile`: every change is a commit, made against the blob that the state remembers. */
import type { Properties, ResourceHandler } from "../../product.ts";
import { contentsPath, decoded, type ContentsAnswer, type GitHub } from "./api.ts";

interface FileInputs {
  readonly repository: string;
  readonly file: string;
  readonly content: string;
  readonly branch: string;
  readonly commitMessage?: string;
  readonly commitAuthor?: string;
  readonly commitEmail?: string;
  readonly overwriteOnCreate?: boolean;
}

interface WriteAnswer {
  readonly commit: { readonly sha: string };
}

export const repositoryFile: ResourceHandler<GitHub> = {
  inputs: [
    "repository",
    "file",
    "content",
    "branch",
    "commitMessage",
    "commitAuthor",
    "commitEmail",
    "overwriteOnCreate",
  ],
  // The real provider takes the default branch where none is named, which nothing here asks for.
  required: ["repository", "file", "content", "branch"],
  outputs: ["commitSha", "sha", "ref", "repositoryId"],
  changedByUpdate: ["commitSha", "sha"],
  replaceOn: ["repository", "file", "branch"],

  create: async ({ configuration: github }, properties) => {
    const inputs = asInputs(properties);
    const { repository, file, branch } = inputs;
    const { id: repositoryId } = await github.call("GET", repository, "");
    await github.call("GET", repository, `/branches/${branch}`);
    const existing = (await github.find(repository, contentsPath(file, branch))) as
      ContentsAnswer | undefined;
    if (existing && inputs.overwriteOnCreate !== true) {
      throw new Error(
        "refusing to overwrite existing file: configure `overwrite_on_create` to `true` to override",
      );
    }
    const commitSha = await write(github, inputs, "Add", existing?.sha);
    const live = await read(github, { repository, file, branch });
    return {
      id: `${repository}:${file}:${branch}`,
      outputs: { ...properties, ...live, commitSha, repositoryId },
    };
  },
  read: async ({ configuration: github }, { id, inputs, outputs }) => {
    const [repository = "", file = "", branch = ""] = id.split(":");
    const live = await read(github, { repository, file, branch });
    return live && { id, outputs: { ...outputs, ...live }, inputs: { ...inputs, content: live["content"] } };
  },
  update: async ({ configuration: github }, { outputs }, news) => {
    const commitSha = await write(github, asInputs(news), "Update", String(outputs["sha"]));
    return { ...outputs, ...news, ...(await read(github, asInputs(news))), commitSha };
  },
  delete: async ({ configuration: github }, { inputs, outputs }) => {
    const { repository, file, branch } = asInputs({ ...inputs, ...outputs });
    await github.call("DELETE", repository, contentsPath(file), {
      branch,
      message: messageOf(asInputs(inputs), "Delete"),
      sha: outputs["sha"],
    });
  },
};

function asInputs(properties: Properties): FileInputs {
  return properties as unknown as FileInputs;
}

function messageOf({ commitMessage, file }: FileInputs, verb: string): string {
  return commitMessage ?? `${verb} ${file}`;
}

/** Returns the commit. `sha` is of the blob that is there; GitHub refuses another with 409. */
async function write(
  github: GitHub,
  inputs: FileInputs,
  verb: string,
  sha: string | undefined,
): Promise<string> {
  const { repository, file, branch, content, commitAuthor: name, commitEmail: email } = inputs;
  const author = name === undefined || email === undefined ? {} : { author: { name, email } };
  const answer = (await github.call("PUT", repository, contentsPath(file), {
    branch,
    message: messageOf(inputs, verb),
    content: Buffer.from(content).toString("base64"),
    ...(sha === undefined ? {} : { sha }),
    ...author,
  })) as unknown as WriteAnswer;
  return answer.commit.sha;
}

async function read(
  github: GitHub,
  { repository, file, branch }: Pick<FileInputs, "repository" | "file" | "branch">,
): Promise<Properties | undefined> {
  const found = (await github.find(repository, contentsPath(file, branch))) as ContentsAnswer | undefined;
  return found && { repository, file, branch, content: decoded(found), sha: found.sha, ref: branch };
}
