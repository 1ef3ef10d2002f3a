/**
 * What the local AWS account held before a stack was made. On the platform the account is ours alone, so a
 * destroy can also be held to the difference, which finds what carries no tag at all.
 */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { CensusEntry } from "../gateway/types.ts";
import type { PlatformInfo } from "../platform/info.ts";
import { load } from "../product.ts";

const [{ clusterTags }, { tagKeys }] = await Promise.all([load.awsOwnership(), load.tags()]);

const baselineFile = (stateFolder: string, stack: string): string =>
  path.join(stateFolder, "baseline", `${stack}.json`);

export async function accountObjects(info: PlatformInfo): Promise<CensusEntry[]> {
  const response = await fetch(new URL("/_local/census", info.gatewayUrl));
  if (!response.ok)
    throw new Error(`The local gateway's census failed: ${response.status} ${await response.text()}`);
  return (await response.json()) as CensusEntry[];
}

const identity = ({ type, id }: CensusEntry): string => `${type} ${id}`;

/** Remembers what is there now, unless a baseline of the stack exists from an `up` that was not destroyed yet. */
export async function recordBaseline(info: PlatformInfo, stateFolder: string, stack: string): Promise<void> {
  const file = baselineFile(stateFolder, stack);
  await mkdir(path.dirname(file), { recursive: true });
  const held = (await accountObjects(info)).map(identity);
  await writeFile(file, JSON.stringify(held), { flag: "wx" }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  });
}

export async function forgetBaseline(stateFolder: string, stack: string): Promise<void> {
  await rm(baselineFile(stateFolder, stack), { force: true });
}

/** The objects that were not there before and show no other stack as their owner; undefined without a baseline. */
export async function sinceBaseline(
  info: PlatformInfo,
  stateFolder: string,
  stack: string,
  ownTag: string,
): Promise<CensusEntry[] | undefined> {
  const text = await readFile(baselineFile(stateFolder, stack), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  return newObjects(await accountObjects(info), new Set(JSON.parse(text) as string[]), ownTag);
}

/**
 * Pure rule of {@link sinceBaseline}. What has no owner's tag is another stack's if it lies in that stack's VPC or
 * was made for its cluster; the names of clusters are compared whole, because `sandbox-a` is also how
 * `sandbox-a-b` begins.
 */
export function newObjects(
  now: readonly CensusEntry[],
  before: ReadonlySet<string>,
  ownTag: string,
): CensusEntry[] {
  const owner = ({ tags }: CensusEntry): string | undefined => tags[tagKeys.stack];
  const others = now.filter((item) => owner(item) !== undefined && owner(item) !== ownTag);
  const otherVpcs = new Set(others.filter(({ type }) => type === "vpc").map(({ id }) => id));
  const otherClusters = others
    .filter(({ type }) => type === "eks-cluster")
    .map(({ id: arn }) => arn.slice(arn.indexOf("/") + 1));
  const ofAnother = (item: CensusEntry): boolean =>
    (item.vpcId !== undefined && otherVpcs.has(item.vpcId)) ||
    otherClusters.some(
      (name) =>
        clusterTags(name).some(([key, value]) => item.tags[key] === value) ||
        (item.type === "log-group" && item.id.startsWith(`/aws/eks/${name}/`)),
    );
  return now.filter((item) => {
    if (item.status === "gone" || before.has(identity(item))) return false;
    return owner(item) === undefined ? !ofAnother(item) : owner(item) === ownTag;
  });
}
