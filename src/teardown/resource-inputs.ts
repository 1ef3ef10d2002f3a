/**
 * The inputs of the three resources of a teardown, as the program registers them and the provider reads them. Ledger and sweep
 * know chosen names, not outputs of what may never have been made: they are there for an `up` that failed early, too.
 */
import type { EnvironmentName } from "../stack-name.ts";

export interface TeardownSubject {
  readonly stack: string;
  readonly environment: EnvironmentName;
  readonly region: string;
  /** The cluster's name in AWS, which is chosen and not generated. */
  readonly clusterName: string;
  /** The tag on everything that the stack made; its value is the stack's alone. */
  readonly stackTag: { readonly key: string; readonly value: string };
}

/** `sdlc:teardown:Ledger`: everything depends on it, so it is made first and deleted last. */
export interface LedgerInputs extends TeardownSubject {
  /** Whether the stack may be destroyed at all. */
  readonly allowDestroy: boolean;
  /** How the names of the stack's IAM roles begin. */
  readonly rolePrefix: string;
  /** How the names of the stack's log groups begin. */
  readonly logGroupPrefixes: readonly string[];
  /** Absent for a stack that writes nothing to Git. */
  readonly git?: {
    /** `github.com`. */
    readonly host: string;
    readonly owner: string;
    /** Without its owner. */
    readonly repository: string;
    /** It belongs to the stack, and has to be gone. */
    readonly clusterBranch: string;
    /** It belongs to the engineer, and stays. */
    readonly ticketBranch: string;
    /** Of the stack's credentials, secret. One in GITHUB_TOKEN at the time of the deletion goes before it. */
    readonly token?: string;
  };
}

/** `sdlc:teardown:CloudSweep`: made after the network and before the cluster, deleted between them. */
export interface CloudSweepInputs extends TeardownSubject {
  readonly vpcId: string;
}

/** `sdlc:teardown:ClusterDrain`: made right after Flux's controllers; all that Flux reconciles depends on it. */
export interface ClusterDrainInputs extends TeardownSubject {
  readonly allowDestroy: boolean;
  /** Another ARN is another cluster, and drains this one first. */
  readonly clusterArn: string;
  /** As JSON, secret; it obtains its credentials when it is used. */
  readonly kubeconfig: string;
  /** Whether the destroy needs GITHUB_TOKEN, because the stack has something at GitHub and no token of its own. */
  readonly needsGitHubToken?: true;
}

/** What the provider records when it makes a Ledger or a CloudSweep. */
export interface Recorded {
  /** The account that the credentials were of: twelve digits. */
  readonly account: string;
  /**
   * When it was made, and so the earliest moment at which anything of the stack's cluster can have been made: RFC 3339, UTC.
   * Absent in a stack that was made before it was recorded.
   */
  readonly madeAt?: string | undefined;
}
