/** What a destroy left: asked of AWS, and on the local platform also of the account as a whole. */
import { engineEnvironment } from "../engine/environment.ts";
import { stackOutputs } from "../engine/outputs.ts";
import { projectName, type EngineRun } from "../engine/run.ts";
import { load, type Count } from "../product.ts";
import { sinceBaseline } from "./baseline.ts";

/** Where the stacks of the local platform live when a stack that failed early has no outputs to say so. */
const defaultRegion = "eu-west-1";

export interface LeftObject {
  readonly type: string;
  readonly id: string;
  readonly because: string;
}

export interface Leftovers {
  readonly left: readonly LeftObject[];
  readonly kept: Count["kept"];
}

export interface Place {
  readonly region: string;
  readonly vpcIds: readonly string[];
}

/** Where the stack is, by its outputs: to be asked before it is destroyed. */
export async function whereItIs(run: EngineRun): Promise<Place> {
  const outputs = await stackOutputs(run);
  const text = (name: string): string | undefined => {
    const value = outputs[name];
    return typeof value === "string" ? value : undefined;
  };
  const vpcId = text("vpcId");
  return { region: text("region") ?? defaultRegion, vpcIds: vpcId === undefined ? [] : [vpcId] };
}

/**
 * By tag and VPC as on any AWS account, and, since this account is ours alone, by what it did not hold before.
 *
 * @param swept whether the teardown was at work, so that what its law keeps is kept and not left
 */
export async function whatIsLeft(
  run: EngineRun,
  { region, vpcIds }: Place,
  swept = true,
): Promise<Leftovers> {
  Object.assign(process.env, await engineEnvironment(run.info, run.stateFolder));
  const [{ withAws }, { countInAws }, { namesOf }, { stackTag, tagKeys }] = await Promise.all([
    load.awsClients(),
    load.awsCount(),
    load.names(),
    load.tags(),
  ]);
  const tag = stackTag(projectName, run.stack);
  const names = namesOf(run.stack);
  const scope = {
    stackTag: { key: tagKeys.stack, value: tag },
    clusterName: names.cluster,
    vpcIds,
    rolePrefix: run.stack,
    logGroupPrefixes: [`/aws/vpc/${names.network}`],
    law: swept ? {} : undefined,
  };
  const counted = await withAws(region, new AbortController().signal, (aws) => countInAws(aws, scope));
  const known = new Set([...counted.left, ...counted.kept].map(({ id }) => id));
  const untagged = (await sinceBaseline(run.info, run.stateFolder, run.stack, tag)) ?? [];
  const difference = untagged
    .filter(({ id, status }) => status === "live" && !known.has(id))
    .map(({ type, id }) => ({ type, id, because: "was not in the account before up" }));
  return { left: [...counted.left, ...difference], kept: counted.kept };
}
