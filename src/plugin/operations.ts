/** What the engine asks about one resource, answered from its handler's declarations and functions. */
import { difference, equivalent } from "./difference.ts";
import type {
  CheckedInputs,
  Difference,
  ExistingResource,
  OperationContext,
  Properties,
  ResourceHandler,
} from "./implementation.ts";
import { isRecord, omit, unknownValue } from "./values.ts";

type Handler = ResourceHandler<unknown>;

export async function check<C>(
  handler: ResourceHandler<C>,
  context: OperationContext<C>,
  olds: Properties,
  news: Properties,
  seed: Uint8Array,
): Promise<CheckedInputs> {
  const known = handler.inputs;
  const failures = [
    ...Object.keys(known ? news : {})
      .filter((property) => !known?.includes(property))
      .map((property) => ({
        property,
        reason:
          `${context.type} has no input '${property}' in this provider. ` +
          `It knows: ${(known ?? []).join(", ")}.`,
      })),
    ...(handler.required ?? [])
      .filter((property) => news[property] === undefined)
      .map((property) => ({
        property,
        reason: `Missing required property '${property}'. Set it on ${context.name}.`,
      })),
  ];
  if (failures.length > 0) return { inputs: news, failures };
  return (await handler.check?.(context, news, { inputs: olds, seed })) ?? { inputs: news };
}

export async function diff<C>(
  handler: ResourceHandler<C>,
  context: OperationContext<C>,
  resource: ExistingResource,
  news: Properties,
): Promise<Difference> {
  if (handler.diff) return handler.diff(context, resource, news);
  const found = difference(handler, resource.inputs, news);
  // Without an update function every change replaces.
  return handler.update
    ? found
    : { ...found, changes: found.changes.map((change) => ({ ...change, replace: true })) };
}

export async function update<C>(
  handler: ResourceHandler<C>,
  context: OperationContext<C>,
  resource: ExistingResource,
  news: Properties,
): Promise<Properties> {
  if (handler.update) return handler.update(context, resource, news);
  throw new Error(`${context.type} cannot be updated in place`);
}

/** The outputs that a preview shows: the inputs, and unknowns for what only the service knows. */
export async function preview<C>(
  handler: ResourceHandler<C>,
  context: OperationContext<C>,
  inputs: Properties,
  old?: ExistingResource,
): Promise<Properties> {
  if (handler.preview) return handler.preview(context, inputs, old);
  const unknowns = (old ? handler.changedByUpdate : handler.outputs) ?? [];
  return {
    ...Object.fromEntries(unknowns.map((property) => [property, unknownValue])),
    ...(old && omit(old.outputs, handler.changedByUpdate ?? [])),
    ...inputs,
  };
}

/**
 * The inputs after a refresh. An input keeps the program's wording while the service's answer stays what it was, so that
 * only a real change outside of the program shows as a difference.
 */
export function refreshedInputs(handler: Handler, resource: ExistingResource, live: Properties): Properties {
  const { inputs, outputs } = resource;
  if (Object.keys(inputs).length === 0) {
    const imported = handler.inputs ?? Object.keys(live);
    return Object.fromEntries(imported.filter((name) => name in live).map((name) => [name, live[name]]));
  }
  const merge = (rule: string, input: unknown, before: unknown, now: unknown): unknown => {
    if (now === undefined) return before === undefined ? input : undefined;
    if (equivalent(handler, rule, before, now)) return input;
    if (!isRecord(before) || !isRecord(now)) return now;
    const given = isRecord(input) ? input : {};
    const names = new Set([...Object.keys(given), ...Object.keys(before), ...Object.keys(now)]);
    const merged = [...names].map((name) => [
      name,
      merge(`${rule}.${name}`, given[name], before[name], now[name]),
    ]);
    return Object.fromEntries(merged.filter(([, value]) => value !== undefined));
  };
  return Object.fromEntries(
    Object.entries(inputs)
      .map(([name, input]) => [name, merge(name, input, outputs[name], live[name])])
      .filter(([, value]) => value !== undefined),
  ) as Properties;
}
