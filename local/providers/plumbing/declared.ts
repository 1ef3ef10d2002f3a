/** A stand-in's resource as the protocol knows resources: its names are made up, and its values compared, as declared. */
import { isDeepStrictEqual } from "node:util";
import { omit, type Properties, type ResourceHandler } from "../../product.ts";
import type { StandInHandler } from "./stand-in.ts";

/** Names of inputs that were filled in by the provider and not by the program, kept with the inputs. */
const defaultsKey = "__defaults";

/** Inputs without that note, which is no input of a service. */
export function given(inputs: Properties): Properties {
  return omit(inputs, [defaultsKey]);
}

export function declared<C>(handler: StandInHandler<C>): ResourceHandler<C> {
  const { autoName: name } = handler;
  return {
    ...handler,
    check: async (context, inputs, previous) => {
      const named =
        name && inputs[name.property] === undefined
          ? {
              ...inputs,
              [name.property]: generatedName(name, context.name, previous.inputs, previous.seed),
              [defaultsKey]: [name.property],
            }
          : inputs;
      return (await handler.check?.(context, named, previous)) ?? { inputs: named };
    },
    compare: (path, left, right) => compared(handler, path, left, right),
    // A thing whose name the program chose must be deleted before its replacement of the same name can be created.
    deleteBeforeReplace:
      handler.deleteBeforeReplace ??
      ((olds, news) =>
        name !== undefined &&
        !isGenerated(news, name.property) &&
        olds[name.property] === news[name.property]),
  };
}

function isGenerated(inputs: Properties, property: string): boolean {
  return Array.isArray(inputs[defaultsKey]) && inputs[defaultsKey].includes(property);
}

/**
 * A unique name from the logical name: the one the resource has already, else logical name and seven characters from the
 * engine's seed, so that a preview and the update that follows it agree.
 */
function generatedName(
  rule: NonNullable<StandInHandler<unknown>["autoName"]>,
  logicalName: string,
  olds: Properties,
  seed: Uint8Array,
): unknown {
  if (isGenerated(olds, rule.property)) return olds[rule.property];
  const suffix = `-${Buffer.from(seed).toString("hex").slice(0, 7).padEnd(7, "0")}`;
  const prefix = rule.prefix ?? "";
  return prefix + logicalName.slice(0, rule.maxLength - prefix.length - suffix.length) + suffix;
}

function compared<C>(
  { documents, sets, keptWhenAbsent }: StandInHandler<C>,
  path: string,
  left: unknown,
  right: unknown,
): "same" | "different" | undefined {
  if (path === defaultsKey) return "same";
  if (right === undefined && keptWhenAbsent?.includes(path)) return "same";
  if (covers(documents, path) && isDeepStrictEqual(parsed(left), parsed(right))) return "same";
  if (!covers(sets, path) || !Array.isArray(left) || !Array.isArray(right)) return undefined;
  const sorted = (list: unknown[]): string[] => list.map((item) => JSON.stringify(item)).sort();
  return isDeepStrictEqual(sorted(left), sorted(right)) ? "same" : "different";
}

function covers(paths: readonly string[] | undefined, path: string): boolean {
  return paths?.some((each) => path === each || path.startsWith(`${each}.`)) ?? false;
}

function parsed(text: unknown): unknown {
  try {
    return typeof text === "string" ? JSON.parse(text) : text;
  } catch {
    return text;
  }
}
