/**
 * What load balancers of both generations and target groups have in common: they are listed without their tags, which are asked
 * for many at a time.
 */
import type { AwsClients } from "./clients.ts";
import { ready, type Counted, type Found, type Readiness, type SweptKind, type Thing } from "./kind.ts";
import { accountOf, madeByCluster, ownedBecause, type Owner } from "./ownership.ts";
import { askInBatches, balancersAtOnce } from "./paging.ts";
import type { Tags } from "../tags.ts";
import type { AccountView } from "./view.ts";

export interface BalancerKind<Raw> {
  readonly type: string;
  readonly noun: string;
  readonly plural: string;
  readonly heldBy?: string;
  /** All of the region, whoever made them. */
  readonly list: (view: AccountView) => Promise<readonly Raw[]>;
  /** None if it is gone. */
  readonly byId: (aws: AwsClients, id: string) => Promise<readonly Raw[]>;
  /** Of what is there; AWS refuses the answer for all when one of them is gone. */
  readonly tags: (aws: AwsClients, ids: string[]) => Promise<ReadonlyMap<string, Tags>>;
  /** Its ARN, or the name of a classic one. */
  readonly id: (raw: Raw) => string | undefined;
  readonly vpcId: (raw: Raw) => string | undefined;
}

export interface BalancerSweep<Raw> extends Pick<
  SweptKind,
  "deletion" | "unprotection" | "protectionRemedy" | "commandToShow"
> {
  /** Left out, it can go at once. */
  readonly readiness?: (raw: Raw, view: AccountView) => Promise<Readiness>;
}

/** With its tags; what was deleted since it was listed has none, and is left out. */
export interface Tagged<Raw> {
  readonly raw: Raw;
  readonly thing: Thing;
}

export function sweptBalancerKind<Raw>(kind: BalancerKind<Raw>, sweep: BalancerSweep<Raw>): SweptKind {
  const { type, noun, plural, heldBy } = kind;
  const { readiness, ...changes } = sweep;
  const swept: SweptKind = {
    type,
    noun,
    plural,
    found: "its tags, or its VPC",
    ...(heldBy !== undefined && { heldBy }),
    inVpc: true,
    count: async (view) =>
      (await allTagged(kind, view)).flatMap(({ thing }): Counted[] => {
        const inside = view.isInside(thing.vpcId) ? `inside ${thing.vpcId ?? ""}` : undefined;
        const because = ownedBecause(view.scope, thing.tags) ?? inside;
        return because === undefined ? [] : [{ type, id: thing.id, because, shown: thing }];
      }),
    find: async (view) => {
      const inside = (await kind.list(view)).filter((raw) => view.isInside(kind.vpcId(raw)));
      const tagged = await view.once(`${type} in the VPCs`, () => withTags(kind, view.aws, inside));
      const found = tagged.map(async ({ raw, thing }): Promise<Found[]> => {
        const candidate = made(view.scope, thing);
        if (candidate === undefined) return [];
        return [{ ...candidate, readiness: (await readiness?.(raw, view)) ?? ready }];
      });
      return (await Promise.all(found)).flat();
    },
    again: async (aws, scope, id) => {
      const inside = (await kind.byId(aws, id)).filter((raw) => kind.vpcId(raw) === scope.vpcId);
      const [tagged] = await withTags(kind, aws, inside);
      const candidate = tagged && made(scope, tagged.thing);
      return candidate && { ...candidate, readiness: ready };
    },
    ...changes,
  };
  return swept;

  function made(owner: Owner, shown: Thing): Omit<Found, "readiness"> | undefined {
    const because = madeByCluster(owner, shown.tags);
    return because === undefined ? undefined : { kind: swept, id: shown.id, because, shown };
  }
}

/** All of the region. */
export function allTagged<Raw>(kind: BalancerKind<Raw>, view: AccountView): Promise<readonly Tagged<Raw>[]> {
  return view.once(`${kind.type} with tags`, async () => withTags(kind, view.aws, await kind.list(view)));
}

async function withTags<Raw>(
  kind: BalancerKind<Raw>,
  aws: AwsClients,
  all: readonly Raw[],
): Promise<Tagged<Raw>[]> {
  const ids = all.flatMap((raw) => kind.id(raw) ?? []);
  const answers = await askInBatches(ids, balancersAtOnce, async (some) => {
    const tags = await kind.tags(aws, some);
    // Of what has no tags AWS may say nothing at all.
    return some.map((id) => [id, tags.get(id) ?? {}] as const);
  });
  const tags = new Map(answers);
  return all.flatMap((raw) => {
    const id = kind.id(raw) ?? "";
    const its = tags.get(id);
    if (its === undefined) return [];
    const thing = {
      type: kind.type,
      id,
      tags: its,
      vpcId: kind.vpcId(raw),
      account: accountOf(id),
      state: "there",
    };
    return [{ raw, thing }];
  });
}
