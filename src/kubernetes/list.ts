/** Lists of a kind's objects, page by page. */
import { list, text } from "../fields.ts";
import { ApiRefusal, type ClusterApi } from "./api.ts";
import { pathOf, type ServedKind } from "./discovery.ts";

export interface ListOptions {
  /** Metadata alone. */
  readonly metadataOnly: boolean;
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
}

/** Objects of this many kilobytes each make pages of a few megabytes. */
const pageSize = "250";

/** A server that cannot leave out what is not asked for answers with whole objects. */
export const metadataOf = (form: "PartialObjectMetadataList" | "PartialObjectMetadata"): string =>
  `application/json;as=${form};g=meta.k8s.io;v=v1,application/json`;

/**
 * Calls `each` with every object of every page; the objects bear no `apiVersion` and `kind` of their own. A kind that is not
 * served (any more) has no objects.
 *
 * @returns the resource version at which the list was true, undefined for a kind that is not served.
 */
export async function listAll(
  api: ClusterApi,
  kind: Pick<ServedKind, "apiVersion" | "plural">,
  { metadataOnly, fieldSelector, labelSelector }: ListOptions,
  each: (object: unknown) => void,
): Promise<string | undefined> {
  const accept = metadataOnly ? metadataOf("PartialObjectMetadataList") : undefined;
  let next: string | undefined;
  for (;;) {
    const query = {
      limit: pageSize,
      ...(fieldSelector !== undefined && { fieldSelector }),
      ...(labelSelector !== undefined && { labelSelector }),
      ...(next !== undefined && { continue: next }),
    };
    let page: unknown;
    try {
      page = await api.get(pathOf(kind), query, accept);
    } catch (error) {
      if (error instanceof ApiRefusal && error.code === 404) return undefined;
      // The pages of a list are of one moment, which the store has forgotten. What was read is true all the same.
      if (error instanceof ApiRefusal && error.code === 410 && next !== undefined) {
        next = undefined;
        continue;
      }
      throw error;
    }
    for (const item of list(page, "items")) each(item);
    next = text(page, "metadata", "continue");
    if (next === undefined) return text(page, "metadata", "resourceVersion");
  }
}
