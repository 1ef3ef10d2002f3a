import * as github from "@pulumi/github";
import * as pulumi from "@pulumi/pulumi";
import type { SandboxBranchPlan } from "../src/gitops-plan.ts";
import { ClusterBranch } from "./cluster-branch.ts";

export interface SandboxBranchArgs {
  readonly plan: SandboxBranchPlan;
  readonly provider: github.Provider;
  /** Of the stack's credentials; absent: GITHUB_TOKEN of whoever runs Pulumi. */
  readonly token?: pulumi.Input<string> | undefined;
  /** Head of the ticket branch, or of what it is about to start from. */
  readonly commit: string;
  /** The clone of Development's directory at that commit, by path from the root of the repository. */
  readonly clone: ReadonlyMap<string, string>;
}

/**
 * What a platform sandbox has in Git: the ticket branch, which belongs to the engineer, and the clone of Development on a
 * branch that belongs to Pulumi.
 */
export class SandboxBranch extends pulumi.ComponentResource {
  /** Head of the cluster's branch, once the clone is on it. */
  readonly commit: pulumi.Output<string>;

  constructor(name: string, args: SandboxBranchArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sdlc:sandbox-branch:SandboxBranch", name, {}, opts);
    const { plan, provider } = args;
    const { repository } = plan;

    const branch = new ClusterBranch(
      `${name}-cluster`,
      {
        host: repository.host,
        owner: repository.owner,
        repository: repository.name,
        branch: plan.clusterBranch,
        commit: args.commit,
        directory: plan.to,
        files: args.clone,
        message: `Clone ${plan.from} for ${plan.to}`,
        token: args.token,
      },
      { parent: this },
    );
    new github.Branch(
      `${name}-ticket`,
      { repository: repository.name, branch: plan.ticketBranch, sourceBranch: plan.base },
      {
        parent: this,
        provider,
        // Where the token may not write, the refusal of the cluster's branch says what it lacks; the provider's does not.
        dependsOn: [branch],
        // The work is the engineer's. The provider takes a branch as it is where there is one.
        retainOnDelete: true,
        // For another ticket the provider would rename the branch.
        replaceOnChanges: ["branch"],
        // What a branch once started from is history.
        ignoreChanges: ["sourceBranch", "sourceSha"],
      },
    );

    this.commit = branch.head;
    this.registerOutputs({ commit: this.commit });
  }
}
