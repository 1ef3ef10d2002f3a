/** What the kinds of EC2 and VPC things have in common: they are found by their tags and by their VPC. */
import type { EC2Client, Filter } from "@aws-sdk/client-ec2";
import type { ExternalThing } from "../teardown/external/holdings.ts";
import type { AwsClients } from "./clients.ts";
import type { Counted, Found, Readiness, SweptKind, AwsKind, SweepScope, Thing } from "./kind.ts";
import { madeByCluster, ownedBecause } from "./ownership.ts";
import { askInBatches, batchesOf, filterValues } from "./paging.ts";
import type { AccountView } from "./view.ts";

export interface Ec2Kind<Raw> {
  /** Such as `ec2:volume`. */
  readonly type: string;
  readonly noun: string;
  readonly plural: string;
  readonly heldBy?: string;
  /** What an object of the cluster holds that names one by its id. */
  readonly holding?: ExternalThing;
  /** How its ids begin. DescribeTags names types in words of its own, so the id tells what a tag is on. */
  readonly prefix: string;
  /** Filter for ids; absent where the operation has none, and takes them as a parameter. */
  readonly idFilter?: string;
  /** Filter for what is inside a VPC; absent for what is in none. */
  readonly vpcFilter?: string;
  readonly list: (client: EC2Client, filters: Filter[]) => Promise<readonly Raw[]>;
  /** Where there is no filter for ids. AWS refuses it whole when one of them is gone. */
  readonly listIds?: (client: EC2Client, ids: string[]) => Promise<readonly Raw[]>;
  /** As AWS shows it. */
  readonly thing: (raw: Raw) => Ec2Thing;
  /** Why one stays on purpose. */
  readonly kept?: (thing: Ec2Thing) => string | undefined;
}

export type Ec2Thing = Partial<Omit<Thing, "type" | "id">> & {
  readonly id: string | undefined;
  readonly tags: Thing["tags"];
};

/** How a sweep deletes things of the kind; the rest follows from {@link Ec2Kind}. */
export interface Ec2Sweep<Raw> extends Pick<
  SweptKind,
  "before" | "deletion" | "unprotection" | "protectionRemedy" | "commandToShow"
> {
  /** Left out, whatever the cluster made. */
  readonly accepts?: (raw: Raw, thing: Thing, scope: AccountView["scope"]) => boolean;
  /** @param view absent where one thing is asked for again, right before its deletion */
  readonly readiness: (raw: Raw, view?: AccountView) => Readiness | Promise<Readiness>;
}

export function ec2Kind<Raw>(kind: Ec2Kind<Raw>): AwsKind {
  const { type, noun, plural, prefix, vpcFilter, heldBy, holding } = kind;
  return {
    type,
    noun,
    plural,
    found: vpcFilter === undefined ? "its tags" : "its tags, or its VPC",
    ...(heldBy !== undefined && { heldBy }),
    count: (view) => count(kind, view),
    ...(holding !== undefined && {
      named: { holding, prefix, byIds: ({ ec2 }, ids) => thingsThere(kind, ec2, ids) },
    }),
  };
}

export function sweptEc2Kind<Raw>(kind: Ec2Kind<Raw>, sweep: Ec2Sweep<Raw>): SweptKind {
  const { accepts, readiness, ...changes } = sweep;
  const swept: SweptKind = {
    ...ec2Kind(kind),
    inVpc: kind.vpcFilter !== undefined,
    find: async (view) => {
      const all = kind.vpcFilter === undefined ? await taggedOnes(kind, view) : await inVpcs(kind, view);
      const found = all.map(async (raw) => {
        const candidate = made(view.scope, raw);
        return candidate && { ...candidate, readiness: await readiness(raw, view) };
      });
      return (await Promise.all(found)).filter((one) => one !== undefined);
    },
    again: async ({ ec2 }: AwsClients, scope: SweepScope, id) => {
      const [raw] = await listIds(kind, ec2, [id]);
      const candidate = raw && made({ ...scope, vpcIds: [scope.vpcId] }, raw);
      return raw && candidate && { ...candidate, readiness: await readiness(raw) };
    },
    ...changes,
  };
  return swept;

  function made(scope: AccountView["scope"], raw: Raw): Omit<Found, "readiness"> | undefined {
    const shown = thingOf(kind, raw);
    const inside = !swept.inVpc || (shown.vpcId !== undefined && scope.vpcIds.includes(shown.vpcId));
    if (shown.gone === true || !inside || accepts?.(raw, shown, scope) === false) return undefined;
    const because = madeByCluster(scope, shown.tags);
    return because === undefined ? undefined : { kind: swept, id: shown.id, because, shown };
  }
}

async function count<Raw>(kind: Ec2Kind<Raw>, view: AccountView): Promise<Counted[]> {
  const reasons = await view.tagged();
  const all = [...(await taggedOnes(kind, view)), ...(await inVpcs(kind, view))];
  const found = new Map<string, Counted>();
  for (const raw of all) {
    const shown = thingOf(kind, raw);
    const { type, id, tags, vpcId } = shown;
    if (shown.gone === true || found.has(id)) continue;
    const because = reasons.get(id) ?? ownedBecause(view.scope, tags) ?? insideOf(view, vpcId);
    const kept = kind.kept?.(shown);
    found.set(id, { type, id, because, shown, ...(kept !== undefined && { kept }) });
  }
  return [...found.values()];
}

function insideOf({ scope }: AccountView, vpcId: string | undefined): string {
  return `inside ${vpcId ?? scope.vpcIds.join(", ")}`;
}

async function taggedOnes<Raw>(kind: Ec2Kind<Raw>, view: AccountView): Promise<readonly Raw[]> {
  // `vpce-svc-…` begins as `vpce-…` does, and is another type.
  const ids = [...(await view.tagged()).keys()].filter(
    (id) => id.startsWith(kind.prefix) && !id.slice(kind.prefix.length).includes("-"),
  );
  return view.once(`${kind.type} by tags`, () => listIds(kind, view.aws.ec2, ids));
}

/** All of the stack's VPCs, whoever made them. */
export function inVpcs<Raw>(
  { type, vpcFilter, list }: Ec2Kind<Raw>,
  view: AccountView,
): Promise<readonly Raw[]> {
  const Values = [...view.scope.vpcIds];
  if (vpcFilter === undefined || Values.length === 0) return Promise.resolve([]);
  return view.once(`${type} by VPC`, () => list(view.aws.ec2, [{ Name: vpcFilter, Values }]));
}

async function listIds<Raw>(
  { idFilter, list, listIds: byParameter }: Ec2Kind<Raw>,
  client: EC2Client,
  ids: readonly string[],
): Promise<Raw[]> {
  if (byParameter !== undefined) return askInBatches(ids, filterValues, (some) => byParameter(client, some));
  const found: Raw[] = [];
  for (const Values of batchesOf(ids, filterValues)) {
    found.push(...(await list(client, [{ Name: idFilter ?? "", Values }])));
  }
  return found;
}

async function thingsThere<Raw>(
  kind: Ec2Kind<Raw>,
  client: EC2Client,
  ids: readonly string[],
): Promise<Thing[]> {
  return thingsOf(kind, await listIds(kind, client, ids));
}

/** Without what AWS lists although it is gone. */
export function thingsOf<Raw>(kind: Ec2Kind<Raw>, raws: readonly Raw[]): Thing[] {
  return raws.map((raw) => thingOf(kind, raw)).filter(({ gone }) => gone !== true);
}

export function thingOf<Raw>({ type, thing }: Ec2Kind<Raw>, raw: Raw): Thing {
  const { id = "", state = "there", ...shown } = thing(raw);
  return { type, id, state, ...shown };
}
