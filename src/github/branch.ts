/**
 * A branch that belongs to Pulumi alone, with a directory of files on it: as it is wanted after every `up`, whoever has
 * pushed to it or deleted it meanwhile, and gone after the deletion. A change is one commit, so that Flux sees no half of it.
 */
import { difference } from "../plugin/difference.ts";
import type { ExistingResource, Properties, ResourceHandler } from "../plugin/implementation.ts";
import { omit } from "../plugin/values.ts";
import { choiceVariables } from "../teardown/operator-choices.ts";
import { RepositoryApi, requireVisible } from "./api.ts";
import { recordedToken, tokenToFind, tokenToMake, withoutToken } from "./token.ts";

interface BranchInputs {
  readonly host: string;
  readonly owner: string;
  readonly repository: string;
  readonly branch: string;
  /** What the rest of the repository is like, outside the directory. */
  readonly commit: string;
  /** Nothing but `files` is in it. */
  readonly directory: string;
  /** Content by path from the root of the repository. */
  readonly files: Readonly<Record<string, string>>;
  readonly message: string;
  /** Of the stack's credentials, secret; absent: whoever runs this has one in GITHUB_TOKEN. */
  readonly token?: string;
}

interface Tree {
  readonly sha: string;
  readonly tree: readonly { readonly path: string; readonly type: string }[];
}

/** Others may push to the branch at the same time. */
const attempts = 5;

const replaceOn = ["host", "owner", "repository", "branch"];

export const branch: ResourceHandler<undefined> = {
  inputs: [...replaceOn, "commit", "directory", "files", "message", "token"],
  required: [...replaceOn, "commit", "directory", "files", "message"],
  outputs: ["head"],
  changedByUpdate: ["head"],
  replaceOn,
  diff: async (_context, { inputs, outputs }, news) => {
    // Of the rest of the repository nothing is read: a later start is no difference. Nor is another token.
    const compared = (properties: Properties): Properties => omit(withoutToken(properties), ["commit"]);
    const wanted = difference({ replaceOn }, compared(inputs), compared(news));
    const changes = [...wanted.changes, ...recordedToken(outputs, "token")];
    if (changes.length > 0) return { ...wanted, changes };
    const moved = (await headOf(asInputs(news))) !== outputs["head"];
    return moved ? { changes: [{ path: "files", kind: "update", replace: false }] } : wanted;
  },
  create: async (context, properties) => {
    const inputs = asInputs(properties);
    if ((await headOf(inputs)) !== undefined) {
      context.log(
        "info",
        `${inputs.branch} was there already, left over from an earlier stack; it gets the files of this one.`,
      );
    }
    const head = await putFiles(inputs);
    return { id: `${inputs.repository}:${inputs.branch}`, outputs: { ...withoutToken(properties), head } };
  },
  update: async (context, { outputs }, news) => {
    const inputs = asInputs(news);
    const found = await headOf(inputs);
    if (found !== outputs["head"]) {
      context.log(
        "warning",
        `${inputs.branch} was ${found === undefined ? "deleted" : `moved to ${found}`} by somebody else; it gets the files of this stack again.`,
      );
    }
    return { ...withoutToken(news), head: await putFiles(inputs) };
  },
  read: async (_context, resource) =>
    (await headOf(asRecorded(resource.inputs))) ? same(resource) : undefined,
  delete: async (context, { inputs }) => {
    const recorded = asRecorded(inputs);
    const api = apiOf(recorded);
    // Only a sandbox has a branch of Pulumi's, and the ledger, which asks again, writes down what is not known.
    const mayBeGone = process.env[choiceVariables.onStuck] === "force";
    if (!(await requireVisible(api, recorded, mayBeGone))) {
      context.log(
        "warning",
        `Whether ${recorded.branch} of ${recorded.owner}/${recorded.repository} is gone is not known: GitHub answers 404 for the repository, and ${choiceVariables.onStuck} is force.`,
      );
      return;
    }
    // 422 is GitHub's answer for a reference that does not exist.
    await api.call("DELETE", `/git/refs/${refOf(recorded)}`, [204, 404, 422]);
  },
};

function asInputs(properties: Properties): BranchInputs {
  return properties as unknown as BranchInputs;
}

/** As an earlier `up` has left them. */
function asRecorded(properties: Properties): BranchInputs {
  const inputs = asInputs(properties);
  return { ...inputs, token: tokenToFind(inputs.token, subjectOf(inputs)) };
}

/** What is recorded stays, so that the next `up` sees that the branch has moved. */
function same({ id, inputs, outputs }: ExistingResource): ExistingResource {
  return { id, inputs, outputs };
}

function refOf({ branch: name }: BranchInputs): string {
  return `heads/${name}`;
}

function subjectOf({ branch: name, owner, repository }: BranchInputs): string {
  return `branch ${name} of ${owner}/${repository}`;
}

function apiOf(inputs: BranchInputs): RepositoryApi {
  const token = tokenToMake(inputs.token, subjectOf(inputs));
  return new RepositoryApi({ ...inputs, token }, `branch ${inputs.branch}`);
}

/** Undefined where there is no such branch. */
async function headOf(inputs: BranchInputs): Promise<string | undefined> {
  const { status, body } = await apiOf(inputs).call("GET", `/git/ref/${refOf(inputs)}`, [200, 404]);
  return status === 404 ? undefined : (body as { object: { sha: string } }).object.sha;
}

/** Returns the head of the branch, on which the files are. */
async function putFiles(inputs: BranchInputs): Promise<string> {
  const api = apiOf(inputs);
  const tree = await makeTree(api, inputs);
  let refusal = "";
  for (let attempt = 0; attempt < attempts; attempt++) {
    const head = await headOf(inputs);
    if (head !== undefined && (await treeOf(api, head)) === tree) return head;
    const { message, commit: start } = inputs;
    const { body } = await api.call("POST", "/git/commits", [201], {
      message,
      tree,
      parents: [head ?? start],
    });
    const { sha } = body as { sha: string };
    const answer =
      head === undefined
        ? await api.call("POST", "/git/refs", [201, 422], { ref: `refs/${refOf(inputs)}`, sha })
        : await api.call("PATCH", `/git/refs/${refOf(inputs)}`, [200, 422], { sha, force: false });
    if (answer.status !== 422) return sha;
    refusal = (answer.body as { message: string }).message;
  }
  throw new Error(
    `branch ${inputs.branch} of ${inputs.owner}/${inputs.repository}: GitHub refuses its new commit: ${refusal}. ` +
      "Look at the repository's rules for branches, and at who else pushes to this one, which belongs to Pulumi; then run pulumi up again.",
  );
}

/** The tree of the start, but for the directory, which holds the files and nothing else. */
async function makeTree(api: RepositoryApi, { commit, directory, files }: BranchInputs): Promise<string> {
  const base = await treeOf(api, commit);
  const { body } = await api.call("GET", `/git/trees/${base}?recursive=1`, [200]);
  const stale = (body as Tree).tree.filter(
    ({ path, type }) => type === "blob" && path.startsWith(`${directory}/`) && files[path] === undefined,
  );
  const blob = { mode: "100644", type: "blob" };
  const made = await api.call("POST", "/git/trees", [201], {
    base_tree: base,
    tree: [
      ...Object.entries(files).map(([path, content]) => ({ ...blob, path, content })),
      ...stale.map(({ path }) => ({ ...blob, path, sha: null })),
    ],
  });
  return (made.body as Tree).sha;
}

async function treeOf(api: RepositoryApi, commit: string): Promise<string> {
  const { body } = await api.call("GET", `/git/commits/${commit}`, [200]);
  return (body as { tree: { sha: string } }).tree.sha;
}
