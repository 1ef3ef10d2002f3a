/** GitHub's REST API for a repository itself, its refs and its branches. */
import { api, commitBody, found, GitHubFault, route, text, type Call, type Route } from "./github-route.ts";

const refBody = (call: Call, ref: string, sha: string): Record<string, unknown> => ({
  ref,
  url: `${api}/repos/${call.fullName}/git/${ref}`,
  object: { type: "commit", sha, url: `${api}/repos/${call.fullName}/git/commits/${sha}` },
});

export const refRoutes: readonly Route[] = [
  route("GET", /^$/, "read", async (call) => ({ body: await repositoryBody(call) })),
  route("GET", /^\/git\/ref\/(?<ref>.+)$/, "read", async (call) => {
    const ref = `refs/${call.part["ref"] ?? ""}`;
    return { body: refBody(call, ref, await found(call.repository.resolve(ref))) };
  }),
  route("POST", /^\/git\/refs$/, "write", async (call) => {
    const { repository } = call;
    const [ref, sha] = [text(call, "ref"), text(call, "sha")];
    if (!(await repository.isBranchName(ref))) throw new GitHubFault(422, `${ref} is not a valid ref name.`);
    if (await repository.resolve(ref)) throw new GitHubFault(422, "Reference already exists");
    if (!(await repository.resolve(`${sha}^{commit}`))) {
      throw new GitHubFault(422, "Object does not exist");
    }
    await repository.createRef(ref, sha);
    return { status: 201, body: refBody(call, ref, sha) };
  }),
  route("PATCH", /^\/git\/refs\/(?<ref>.+)$/, "write", async (call) => {
    const { repository } = call;
    const [ref, sha] = [`refs/${call.part["ref"] ?? ""}`, text(call, "sha")];
    const current = await repository.resolve(ref);
    if (!current) throw new GitHubFault(422, "Reference does not exist");
    if (!(await repository.resolve(`${sha}^{commit}`))) throw new GitHubFault(422, "Object does not exist");
    if (call.body["force"] !== true && !(await repository.isAncestor(current, sha))) {
      throw new GitHubFault(422, "Update is not a fast forward");
    }
    await repository.moveRef(ref, sha, current);
    return { body: refBody(call, ref, sha) };
  }),
  route("DELETE", /^\/git\/refs\/(?<ref>.+)$/, "write", async (call) => {
    const ref = `refs/${call.part["ref"] ?? ""}`;
    if (!(await call.repository.resolve(ref))) throw new GitHubFault(422, "Reference does not exist");
    await call.repository.deleteRef(ref);
    return { status: 204 };
  }),
  route("GET", /^\/branches\/(?<branch>.+)$/, "read", async (call) => {
    const name = call.part["branch"] ?? "";
    const sha = await found(call.repository.resolve(`refs/heads/${name}`), "Branch not found");
    const [commit] = await call.repository.log(sha, "", 1);
    return { body: { name, protected: false, commit: commit && commitBody(commit) } };
  }),
];

async function repositoryBody({ repository, fullName }: Call): Promise<Record<string, unknown>> {
  const [owner = "", name = ""] = fullName.split("/");
  return {
    id: 1,
    node_id: fullName,
    name,
    full_name: fullName,
    private: !repository.isPublic,
    visibility: repository.isPublic ? "public" : "private",
    default_branch: await repository.defaultBranch(),
    owner: { login: owner, type: "User" },
    html_url: `https://github.com/${fullName}`,
    clone_url: `https://github.com/${fullName}.git`,
    git_url: `git://github.com/${fullName}.git`,
    ssh_url: `git@github.com:${fullName}.git`,
    archived: false,
    has_pages: false,
  };
}
