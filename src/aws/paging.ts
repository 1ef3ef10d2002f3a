/**
 * Pages, and questions about many things at once, in accounts where others work, too. One that was deleted since it was listed costs the
 * answer for the whole batch: AWS refuses it all, and does not say for which.
 */
import { isGone } from "./refusals.ts";

/** All items of all pages. */
export async function collect<Page, Item>(
  pages: AsyncIterable<Page>,
  items: (page: Page) => readonly Item[] | undefined,
): Promise<Item[]> {
  const all: Item[] = [];
  for await (const page of pages) all.push(...(items(page) ?? []));
  return all;
}

/** Most that one DescribeTags call takes, in both generations of the load balancers' API. */
export const balancersAtOnce = 20;

/** Most values that one filter of EC2 takes. */
export const filterValues = 200;

/**
 * Asks for `ids` in batches of at most `most`, and halves a batch that AWS refuses for something gone, until the rest is answered.
 *
 * @param ask answers for some of the ids; what is gone has no answer
 * @throws every other error of `ask`
 */
export async function askInBatches<T>(
  ids: readonly string[],
  most: number,
  ask: (ids: string[]) => Promise<readonly T[]>,
): Promise<T[]> {
  const answers: T[] = [];
  for (const batch of batchesOf(ids, most)) answers.push(...(await bisected(batch, ask)));
  return answers;
}

/** For questions by a filter, which AWS answers with what is there. */
export function batchesOf(ids: readonly string[], most: number): string[][] {
  return Array.from({ length: Math.ceil(ids.length / most) }, (_, index) =>
    ids.slice(index * most, (index + 1) * most),
  );
}

async function bisected<T>(
  ids: string[],
  ask: (ids: string[]) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  try {
    return await ask(ids);
  } catch (error) {
    if (!isGone(error)) throw error;
    if (ids.length <= 1) return [];
    const half = Math.ceil(ids.length / 2);
    return [...(await bisected(ids.slice(0, half), ask)), ...(await bisected(ids.slice(half), ask))];
  }
}
