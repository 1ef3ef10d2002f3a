/**
 * What the program would be without its teardown: the state of a stack with the three resources taken out, and without the
 * shortcut by which the objects in the cluster go with it. Then Pulumi deletes them one by one, as it does anywhere else.
 */

export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly parent?: string;
  readonly dependencies?: readonly string[];
  readonly propertyDependencies?: Readonly<Record<string, readonly string[] | null>>;
  readonly deletedWith?: string;
  readonly [field: string]: unknown;
}

export interface ExportedState {
  readonly version: number;
  readonly deployment: { readonly resources?: readonly StateResource[]; readonly [field: string]: unknown };
}

const isTeardown = ({ type }: StateResource): boolean => type.startsWith("sdlc:teardown:");
const isCluster = (urn: string): boolean => urn.includes("aws:eks/cluster:Cluster");

/** @throws {Error} if there is nothing to take out: the baseline would then be the product itself. */
export function withoutTeardown(state: ExportedState): ExportedState {
  const resources = state.deployment.resources ?? [];
  const removed = new Map(resources.filter(isTeardown).map((resource) => [resource.urn, resource]));
  if (removed.size === 0) throw new Error("The state has no resource of a teardown that could be taken out.");
  return {
    ...state,
    deployment: {
      ...state.deployment,
      resources: resources
        .filter(({ urn }) => !removed.has(urn))
        .map((resource) => without(resource, removed)),
    },
  };
}

function without(resource: StateResource, removed: ReadonlyMap<string, StateResource>): StateResource {
  const { deletedWith, parent, ...rest } = resource;
  const keptParent = keep(parent === undefined ? [] : [parent], removed, "parents").at(0);
  return {
    ...rest,
    ...(keptParent === undefined ? {} : { parent: keptParent }),
    ...(deletedWith === undefined || isCluster(deletedWith) || removed.has(deletedWith)
      ? {}
      : { deletedWith }),
    ...(resource.dependencies && { dependencies: keep(resource.dependencies, removed, "dependencies") }),
    ...(resource.propertyDependencies && {
      propertyDependencies: Object.fromEntries(
        Object.entries(resource.propertyDependencies).map(([property, urns]) => [
          property,
          keep(urns ?? [], removed, "dependencies"),
        ]),
      ),
    }),
  };
}

/** What depended on a resource that is taken out depends on what that one depended on: the order of the rest stays. */
function keep(
  urns: readonly string[],
  removed: ReadonlyMap<string, StateResource>,
  by: "parents" | "dependencies",
): string[] {
  const kept = urns.flatMap((urn) => {
    const gone = removed.get(urn);
    if (gone === undefined) return [urn];
    const next =
      by === "parents" ? (gone.parent === undefined ? [] : [gone.parent]) : (gone.dependencies ?? []);
    return keep(next, removed, by);
  });
  return [...new Set(kept)];
}
