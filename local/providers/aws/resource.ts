/**
 * One engine for all AWS resources: a resource is a table of its properties and a few calls. The rules (what replaces,
 * what is waited for, how long) are those of the Terraform AWS provider behind @pulumi/aws 7.
 */
import { isDeepStrictEqual } from "node:util";
import type { Unwrap } from "@pulumi/pulumi";
import {
  Interrupted,
  isRecord,
  omit,
  unknownValue,
  waitFor,
  type ExistingResource,
  type OperationContext,
  type Probe,
  type Properties,
} from "../../product.ts";
import { InitializationFailed, type StandInHandler } from "../plumbing/stand-in.ts";
import type { Aws, Tags } from "./configuration.ts";
import { faultText, isNotFound } from "./faults.ts";
import { ownTags, type Tagging } from "./tags.ts";

/** A call in progress: the clients, and ways to wait that show in the resource's row. */
export class Operation {
  readonly aws: Aws;
  readonly context: OperationContext<Aws>;

  constructor(context: OperationContext<Aws>) {
    this.aws = context.configuration;
    this.context = context;
  }

  /** Probes until done; `minutes` is the real provider's limit, which `customTimeouts` replaces. */
  wait<T>(what: string, minutes: number, probe: () => Promise<Probe<T>>): Promise<T> {
    const { signal, status, timeoutSeconds } = this.context;
    return waitFor({ what, timeoutSeconds: timeoutSeconds(minutes * 60), signal, status }, probe);
  }

  /** Repeats a call while AWS refuses it with a fault (`Code: message`) that passes with time. */
  retry<T>(what: string, minutes: number, passing: RegExp, call: () => Promise<T>): Promise<T> {
    return this.wait(what, minutes, async () => {
      try {
        return { done: { value: await call() } };
      } catch (error) {
        if (passing.test(faultText(error))) return { state: faultText(error) };
        throw error;
      }
    });
  }
}

/** Inputs as the SDK's argument type has them, resolved; `tagsAll` has the default tags in it. */
export type Resolved<Args> = Unwrap<Args> & { readonly tagsAll?: Tags };

/**
 * `required`; `replaces`: a change replaces the resource; `kept`: AWS chooses a value, so leaving it out changes nothing;
 * `set`: a list whose order means nothing; `document`: JSON, compared by meaning.
 */
export type Trait = "required" | "replaces" | "kept" | "set" | "document";

export interface AwsResource<Args, State> extends Pick<
  StandInHandler<Aws>,
  "changedByUpdate" | "autoName" | "deleteBeforeReplace"
> {
  /** What people call it, with its service: `EC2 Subnet`. */
  readonly noun: string;
  /** The inputs, and paths below them that differ from the whole: `vpcConfig.subnetIds`. */
  readonly properties: Readonly<
    Partial<Record<(keyof Args & string) | `${keyof Args & string}.${string}`, readonly Trait[]>>
  >;
  /** Outputs that are no inputs, or that AWS fills in. */
  readonly outputs?: readonly (keyof State & string)[];
  /** Present where the resource takes tags. */
  readonly tagging?: Tagging;
  /** IAM has no regions; everything else may name the provider's own. */
  readonly global?: boolean;
  /** Makes the thing and returns its id; waiting belongs into `ready`. */
  create(operation: Operation, inputs: Resolved<Args>): Promise<string>;
  /** Waits until the new thing can be used; also runs before an update, to finish what an interrupted creation began. */
  ready?(operation: Operation, id: string, inputs: Resolved<Args>): Promise<void>;
  /** Live properties, with all live tags as `tags`; undefined, or a not-found fault, when it is gone. */
  read(operation: Operation, id: string, last: Properties): Promise<object | undefined>;
  /** Changes everything but tags. Without one, every change replaces. */
  update?(operation: Operation, id: string, news: Resolved<Args>, changes: Changes<Args>): Promise<unknown>;
  delete(operation: Operation, id: string, last: Resolved<Args>): Promise<unknown>;
}

export interface Changes<Args> {
  readonly olds: Resolved<Args>;
  /** Whether one of these inputs is to change. */
  readonly has: (...names: (keyof Args & string)[]) => boolean;
}

const tagNames = ["tags", "tagsAll"];

/** Splits live tags into what the program asked for and everything, as the real provider shows them. */
function withTags(aws: Aws, inputs: Properties, live: Properties): Properties {
  const all = ownTags((live["tags"] ?? {}) as Tags);
  const asked = (inputs["tags"] ?? {}) as Tags;
  const tags = Object.entries(all).filter(([key, value]) => key in asked || aws.defaultTags[key] !== value);
  return { ...live, tags: tags.length > 0 ? Object.fromEntries(tags) : inputs["tags"], tagsAll: all };
}

export function awsResource<Args, State>(definition: AwsResource<Args, State>): StandInHandler<Aws> {
  const { noun, tagging } = definition;
  const table = Object.entries<readonly Trait[] | undefined>(definition.properties);
  const having = (trait: Trait): string[] =>
    table.flatMap(([name, traits]) => (traits?.includes(trait) ? [name] : []));
  const names = table.map(([name]) => name).filter((name) => !name.includes("."));
  const regional: string[] = definition.global ? [] : ["region"];
  const resolved = (inputs: Properties): Resolved<Args> => inputs as Resolved<Args>;

  /** What the state keeps: live properties, and inputs that AWS does not tell. */
  const outputsOf = async (
    operation: Operation,
    id: string,
    inputs: Properties,
    last: Properties,
  ): Promise<Properties | undefined> => {
    const live = (await definition.read(operation, id, last)) as Properties | undefined;
    if (!live) return undefined;
    const region = definition.global ? {} : { region: operation.aws.region };
    return {
      ...inputs,
      ...(tagging ? withTags(operation.aws, inputs, live) : live),
      ...region,
    };
  };

  /** Words a refusal with what was being done to what. */
  const doing = async <T>(verb: string, subject: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Interrupted) throw error;
      throw new Error(`${verb} ${noun} (${subject}): ${faultText(error)}`, { cause: error });
    }
  };

  const gone = (id: string): never => {
    throw new Error(`${noun} ${id} does not exist any more. Run \`pulumi refresh\`, then the command again.`);
  };

  const present = async (operation: Operation, id: string, inputs: Properties): Promise<Properties> =>
    (await doing("reading", id, () => outputsOf(operation, id, inputs, inputs))) ?? gone(id);

  const retag = async (operation: Operation, resource: ExistingResource, news: Properties): Promise<void> => {
    const before = (resource.inputs["tagsAll"] ?? {}) as Tags;
    const after = (news["tagsAll"] ?? {}) as Tags;
    if (!tagging || isDeepStrictEqual(before, after)) return;
    const removed = Object.keys(before).filter((key) => !(key in after));
    const set = Object.fromEntries(Object.entries(after).filter(([key, value]) => before[key] !== value));
    const { aws } = operation;
    if (removed.length > 0) await tagging.remove(aws, resource.id, resource.outputs, removed);
    if (Object.keys(set).length > 0) await tagging.set(aws, resource.id, resource.outputs, set);
  };

  return {
    ...definition,
    inputs: [...names, ...regional, ...(tagging ? tagNames : [])],
    required: having("required"),
    outputs: [...(definition.outputs ?? [])],
    replaceOn: [...(definition.update ? having("replaces") : names), ...regional],
    keptWhenAbsent: [...having("kept"), ...regional],
    sets: having("set"),
    documents: having("document"),

    check: ({ configuration: aws }, given) => {
      // The SDK takes policies as objects, too.
      const documents = having("document").filter((name) => isRecord(given[name]));
      const inputs: Properties = {
        ...omit(given, ["tagsAll"]),
        ...Object.fromEntries(documents.map((name) => [name, JSON.stringify(given[name])])),
      };
      const region = inputs["region"];
      const failures =
        region === undefined || region === aws.region || region === unknownValue
          ? []
          : [{ property: "region", reason: `must be ${aws.region}, the region of the provider` }];
      if (!tagging) return { inputs, failures };
      const asked = inputs["tags"];
      const tagsAll =
        asked === unknownValue ? unknownValue : { ...aws.defaultTags, ...(asked as Tags | undefined) };
      return { inputs: { ...inputs, ...(Object.keys(tagsAll).length > 0 && { tagsAll }) }, failures };
    },

    create: async (context, inputs) => {
      const operation = new Operation(context);
      const id = await doing("creating", context.name, () => definition.create(operation, resolved(inputs)));
      try {
        await doing("creating", id, async () => definition.ready?.(operation, id, resolved(inputs)));
      } catch (error) {
        const outputs = await outputsOf(operation, id, inputs, inputs).catch(() => undefined);
        throw new InitializationFailed(faultText(error), id, outputs ?? inputs);
      }
      return { id, outputs: await present(operation, id, inputs) };
    },

    read: async (context, { id, inputs, outputs }) => {
      const operation = new Operation(context);
      try {
        const live = await outputsOf(operation, id, inputs, { ...inputs, ...outputs });
        return live && { outputs: live };
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw new Error(`reading ${noun} (${id}): ${faultText(error)}`, { cause: error });
      }
    },

    update: async (context, resource, news) => {
      const operation = new Operation(context);
      const { id, inputs: olds } = resource;
      await doing("updating", id, async () => {
        await definition.ready?.(operation, id, resolved(olds));
        await retag(operation, resource, news);
        const differs = (name: string): boolean => !isDeepStrictEqual(olds[name], news[name]);
        const names = new Set([...Object.keys(olds), ...Object.keys(news)]);
        if (![...names].some((name) => !tagNames.includes(name) && differs(name))) return;
        const changes = { olds: resolved(olds), has: (...some: string[]) => some.some(differs) };
        await definition.update?.(operation, id, resolved(news), changes);
      });
      return present(operation, id, news);
    },

    delete: async (context, { id, inputs, outputs }) => {
      await doing("deleting", id, async () => {
        try {
          await definition.delete(new Operation(context), id, resolved({ ...inputs, ...outputs }));
        } catch (error) {
          if (!isNotFound(error)) throw error;
        }
      });
    },
  };
}
