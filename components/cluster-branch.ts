import * as pulumi from "@pulumi/pulumi";

export interface ClusterBranchArgs {
  /** Of the Git host: `github.com`. */
  readonly host: string;
  readonly owner: string;
  /** Without its owner. */
  readonly repository: string;
  readonly branch: string;
  /** What the rest of the repository is like there; a later one by itself changes nothing, for only `files` are read. */
  readonly commit: string;
  /** Nothing but `files` is in it. */
  readonly directory: string;
  /** Content by path from the root of the repository. */
  readonly files: ReadonlyMap<string, string>;
  /** Of the commit. */
  readonly message: string;
  /** Of the stack's credentials; absent: GITHUB_TOKEN of whoever runs Pulumi, which is kept nowhere. */
  readonly token?: pulumi.Input<string> | undefined;
}

/**
 * A branch that belongs to Pulumi, with files on it (`src/github/`). `github.Branch` fails to delete a branch that
 * somebody has deleted before, and a destroy would then never end. `github.RepositoryFile` makes a commit for each file, so
 * that Flux meets, and prunes by, half of a change; and it refuses a file that somebody else has touched at every later `up`.
 */
export class ClusterBranch extends pulumi.CustomResource {
  /** The commit with the files. */
  declare readonly head: pulumi.Output<string>;

  constructor(name: string, args: ClusterBranchArgs, opts: pulumi.CustomResourceOptions) {
    const files = Object.fromEntries(args.files);
    const token = args.token === undefined ? undefined : pulumi.secret(args.token);
    super("sdlc:github:Branch", name, { ...args, files, token, head: undefined }, opts);
  }
}
