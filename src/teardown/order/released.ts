/** What a drain lets go in AWS, and when. Of what it did not let go a sweep deletes nothing that holds data. */
import type { ObjectId } from "../inventory/object-id.ts";
import type { Facts } from "./facts.ts";
import type { Order } from "./order.ts";

/**
 * The EBS volumes that go with the objects of a wave, or with what goes along with those: from the moment at which these are
 * deleted, their reclaim policy takes the volumes as well, so a sweep may finish it. One that is to be retained is none of them.
 *
 * @returns ids, `vol-…`
 */
export function releasedVolumes({ facts, dispositions }: Order, ids: readonly ObjectId[]): string[] {
  const own = new Set(ids);
  const along = [...dispositions].flatMap(([id, disposition]) =>
    disposition.by === "owner" && own.has(disposition.owner) ? id : [],
  );
  return volumesOf(facts, [...own, ...along]);
}

/**
 * The volumes of claims that go only with the cluster, because what nobody deletes before has them mounted: a sweep takes them.
 *
 * @returns ids, `vol-…`
 */
export function volumesLeftToSweep({ facts, dispositions }: Order): string[] {
  const mounted = [...facts.protected].filter((id) => dispositions.get(id)?.by === "cluster");
  return volumesOf(facts, mounted);
}

function volumesOf({ holdings }: Facts, ids: readonly ObjectId[]): string[] {
  const references = ids.flatMap((id) =>
    (holdings.get(id) ?? []).flatMap(({ thing, reference }) =>
      thing === "volume" && reference?.startsWith("vol-") === true ? reference : [],
    ),
  );
  return [...new Set(references)];
}
