/** Asks AWS what of a stack is there: the closing question of a destroy, answered without the state. */
import { ec2Findings } from "./ec2.ts";
import { eksFindings } from "./eks.ts";
import { iamFindings } from "./iam.ts";
import { kmsFindings } from "./kms.ts";
import { loadBalancerFindings } from "./load-balancers.ts";
import { logFindings } from "./logs.ts";
import { keptByLaw } from "../../src/teardown/laws/aws.ts";
import type { CensusFinding, CensusScope, ShownFinding } from "./scope.ts";

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
  const shown: readonly ShownFinding[] = (
    await Promise.all([
      eksFindings(scope),
      ec2Findings(scope),
      loadBalancerFindings(scope),
      iamFindings(scope, names.rolePrefix),
      kmsFindings(scope),
      logFindings(scope, names.logGroupPrefixes),
    ])
  ).flat();
  const findings = judged(scope, shown);
  return {
    left: findings.filter(({ kept }) => kept === undefined),
    kept: findings.filter(({ kept }) => kept !== undefined),
  };
}

/** By the law that the sweep's deletions pass as well: what it forbids them is no failure of theirs. */
function judged(scope: CensusScope, findings: readonly ShownFinding[]): CensusFinding[] {
  const { law, region, clusterName, stackTag } = scope;
  const stacks = `tag ${stackTag.key}=${stackTag.value}`;
  const vpcs = findings.filter(({ type, because }) => type === "ec2:vpc" && because === stacks);
  const vpcIds = [...scope.vpcIds, ...vpcs.map(({ id }) => id)];
  return findings.map(({ shown, ...finding }) => {
    if (law === undefined || shown === undefined || finding.kept !== undefined) return finding;
    const { account, madeAt, destroyBegan } = law;
    const kept = keptByLaw(shown, { region, clusterName, stackTag, vpcIds, account, madeAt, destroyBegan });
    return kept === undefined ? finding : { ...finding, kept };
  });
}
