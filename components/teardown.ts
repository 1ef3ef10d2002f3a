/**
 * The three resources that take a stack away (`src/teardown/`). They make nothing. Where they stand among the others
 * decides when they act, because a destroy deletes what depends on something before the thing itself.
 */
import * as pulumi from "@pulumi/pulumi";
import type {
  CloudSweepInputs,
  ClusterDrainInputs,
  LedgerInputs,
  Recorded,
} from "../src/teardown/resource-inputs.ts";

/** Of the ledger every value is known before anything is made, but for a token that AWS keeps. */
export type LedgerArgs = Omit<LedgerInputs, "git"> & {
  readonly git?: Inputs<NonNullable<LedgerInputs["git"]>>;
};

type Inputs<T> = { readonly [K in keyof T]: pulumi.Input<T[K]> };

function secretToken(token: pulumi.Input<string | undefined>): { token?: pulumi.Output<string | undefined> } {
  return token === undefined ? {} : { token: pulumi.secret(token) };
}

/**
 * Everything of the stack depends on it, so that it is deleted last: then it asks AWS, Kubernetes and Git what is left, writes
 * the receipt, and fails if anything is.
 */
export class Ledger extends pulumi.CustomResource {
  /** The AWS account that the stack was made in: twelve digits. */
  declare readonly account: pulumi.Output<Recorded["account"]>;

  constructor(name: string, args: LedgerArgs, opts?: pulumi.CustomResourceOptions) {
    const { git, ...rest } = args;
    const inGit = git === undefined ? {} : { git: { ...git, ...secretToken(git.token) } };
    super("sdlc:teardown:Ledger", name, { ...rest, ...inGit, account: undefined }, opts);
  }
}

/**
 * Made after the network and before the cluster, so that it is deleted between them: then it removes from AWS what the cluster
 * made there and the state does not know.
 */
export class CloudSweep extends pulumi.CustomResource {
  declare readonly account: pulumi.Output<Recorded["account"]>;

  constructor(name: string, args: Inputs<CloudSweepInputs>, opts: pulumi.CustomResourceOptions) {
    super("sdlc:teardown:CloudSweep", name, { ...args, account: undefined }, opts);
  }
}

/**
 * Made after Flux's controllers and before all that they reconcile, so that it is deleted between them: then it empties the
 * cluster, while everything that has to finalize something still runs.
 */
export class ClusterDrain extends pulumi.CustomResource {
  constructor(name: string, args: Inputs<ClusterDrainInputs>, opts: pulumi.CustomResourceOptions) {
    const kubeconfig = pulumi.secret(args.kubeconfig);
    super("sdlc:teardown:ClusterDrain", name, { ...args, kubeconfig }, opts);
  }
}
