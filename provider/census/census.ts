/** Asks AWS what of a stack is there: the closing question of a destroy, answered without the state. */
import { ec2Findings } from "./ec2.ts";
import { eksFindings } from "./eks.ts";
import { iamFindings } from "./iam.ts";
import { kmsFindings } from "./kms.ts";
import { loadBalancerFindings } from "./load-balancers.ts";
import { logFindings } from "./logs.ts";
import type { CensusFinding, CensusScope } from "./scope.ts";

export interface CensusNames {
  /** How the names of the stack's IAM roles begin. */
  readonly rolePrefix: string;
  /** How the names of the stack's log groups begin. */
  readonly logGroupPrefixes: readonly string[];
}

export interface Census {
  readonly left: readonly CensusFinding[];
  /** What stays on purpose, such as a KMS key whose deletion is scheduled. */
  readonly kept: readonly CensusFinding[];
}

/**
 * Everything with the stack's tag, or the cluster's ownership tags, or inside its VPCs.
 * @throws with AWS's own error when a question is refused: an unanswered question is not a zero.
 */
export async function takeCensus(scope: CensusScope, names: CensusNames): Promise<Census> {
  const findings = (
    await Promise.all([
      eksFindings(scope),
      ec2Findings(scope),
      loadBalancerFindings(scope),
      iamFindings(scope, names.rolePrefix),
      kmsFindings(scope),
      logFindings(scope, names.logGroupPrefixes),
    ])
  ).flat();
  return {
    left: findings.filter(({ kept }) => kept === undefined),
    kept: findings.filter(({ kept }) => kept !== undefined),
  };
}
