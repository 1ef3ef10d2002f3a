/**
 * Runs a piece of a Pulumi program against the SDK's mock monitor and records what it asks the engine to
 * register. The SDK's own mocks see types and inputs alone; parents, dependencies and options, which decide
 * the order of a destroy, are read here from the requests themselves.
 */
import * as pulumi from "@pulumi/pulumi";
import protocol from "@pulumi/pulumi/proto/callback_pb.js";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import type { CallbackServer } from "@pulumi/pulumi/runtime/callbacks.js";
import * as state from "@pulumi/pulumi/runtime/state.js";

/** One resource as the engine was asked for it. Other resources are named by `label`. */
export interface Registration {
  /** Type and logical name: `aws:ec2/vpc:Vpc net-vpc`. */
  readonly label: string;
  readonly type: string;
  readonly name: string;
  readonly kind: "custom" | "component" | "remote component";
  /** A secret appears as `{ secret: value }`, a value that a preview cannot know as `unknown`. */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly parent: string | undefined;
  /** What the engine deletes after this resource: by `dependsOn` and by inputs together, sorted. */
  readonly dependencies: readonly string[];
  /** Those of `dependencies` that no input mentions, sorted. */
  readonly dependsOn: readonly string[];
  /** The provider instance, where it is not the default one of the stack. */
  readonly provider: string | undefined;
  /** What a component makes its own resources with, by package. */
  readonly providers: Readonly<Record<string, string | undefined>>;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  /** The resource whose deletion stands for this one's own. */
  readonly deletedWith: string | undefined;
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  /** As the program wrote them: `{ update: "1h" }`; empty where it leaves them to the provider. */
  readonly customTimeouts: Readonly<Record<string, string>>;
  /** What the engine does to this resource and to its children, also to those that a plugin makes: keys of `Recording.transforms`. */
  readonly transforms: readonly string[];
}

/** Inputs and dependencies. */
export type Shape = readonly [inputs: object, dependencies: readonly string[]];

/** One call of a provider function, such as `aws:index/getPartition:getPartition`. */
export interface FunctionCall {
  readonly token: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly provider: string | undefined;
}

/**
 * What the providers answer, by type of resource and by token of function. Whatever is not in here fails the
 * recording, so that nothing is made or asked unnoticed.
 */
export interface ProviderMocks {
  /** Outputs beside the inputs. Components that are not remote need none. */
  readonly resources: Readonly<Record<string, (registration: MockedResource) => Record<string, unknown>>>;
  readonly functions: Readonly<
    Record<string, (inputs: Readonly<Record<string, unknown>>) => Record<string, unknown>>
  >;
}

export interface MockedResource {
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

export interface Recording<Outputs> {
  /** What the program returned, its outputs resolved; undefined in a preview, where they are not known. */
  readonly outputs: pulumi.Unwrap<Outputs> | undefined;
  readonly registrations: Registrations;
  readonly calls: readonly FunctionCall[];
  /** By the keys that the registrations have. */
  readonly transforms: ReadonlyMap<string, pulumi.ResourceTransform>;
}

export class Registrations {
  readonly all: readonly Registration[];

  constructor(all: readonly Registration[]) {
    this.all = all;
  }

  /** @throws if there is none of this label. */
  get(label: string): Registration {
    const found = this.all.find((registration) => registration.label === label);
    if (found === undefined) {
      throw new Error(`${label} was not registered; what was:\n${this.labels().join("\n")}`);
    }
    return found;
  }

  labels(): string[] {
    return this.all.map(({ label }) => label).sort();
  }

  childrenOf(label: string): string[] {
    return this.all
      .filter(({ parent }) => parent === label)
      .map((child) => child.label)
      .sort();
  }

  /** The children of a component, each with its inputs and dependencies: what a test compares as a whole. */
  shapeOf(component: string): Record<string, Shape> {
    return Object.fromEntries(
      this.childrenOf(component).map((label) => {
        const { inputs, dependencies } = this.get(label);
        return [label, [inputs, dependencies]];
      }),
    );
  }

  /**
   * Everything that the engine keeps until `label` is deleted: its dependencies and its parent, theirs, and so
   * on. What a local component stands for has been expanded by the SDK already.
   */
  outliving(label: string): string[] {
    const found = new Set<string>();
    const visit = (current: string): void => {
      const { dependencies, parent } = this.get(current);
      for (const next of [...dependencies, ...(parent === undefined ? [] : [parent])]) {
        if (found.has(next)) continue;
        found.add(next);
        visit(next);
      }
    };
    visit(label);
    return [...found].sort();
  }
}

/**
 * @param options.preview outputs of resources are unknown, as in the first preview of a new stack.
 * @throws {AggregateError} on a resource or a function that `mocks` does not have.
 */
export async function record<Outputs>(
  mocks: ProviderMocks,
  program: () => Outputs | Promise<Outputs>,
  options: { preview?: boolean } = {},
): Promise<Recording<Outputs>> {
  const preview = options.preview === true;
  const failures: Error[] = [];
  const registrations: Registration[] = [];
  const calls: FunctionCall[] = [];
  const fail = (message: string): Record<string, unknown> => {
    failures.push(new Error(message));
    return {};
  };

  await pulumi.runtime.setMocks(
    {
      newResource({ type, name, inputs, custom }) {
        const given = inputs as Record<string, unknown>;
        const outputs = mocks.resources[type];
        const made = outputs !== undefined || isProvider(type) || (custom === false && isOurs(type));
        if (!made) fail(`${type} ${name}: registered, but the mocks have no such resource`);
        const answer = outputs?.({ name, inputs: given }) ?? {};
        return preview
          ? { id: "", state: { ...given, ...referencesIn(answer) } }
          : { id: `${name}-id`, state: { ...given, ...answer } };
      },
      call({ token, inputs, provider }) {
        const given = inputs as Record<string, unknown>;
        calls.push({ token, inputs: given, provider: labels([provider ?? ""])[0] });
        return (
          mocks.functions[token]?.(given) ?? fail(`${token}: called, but the mocks have no such function`)
        );
      },
    },
    "project",
    "stack",
    preview,
  );
  const transforms = new Map<string, pulumi.ResourceTransform>();
  // The SDK's types leave out its own state, and its mocks refuse transforms.
  const { getStore } = state as unknown as { getStore: () => TransformState };
  Object.assign(getStore(), { supportsTransforms: true, callbacks: callbackRegister(transforms) });
  observeRegistrations((request) => registrations.push(read(request)));

  const returned = await program();
  await pulumi.runtime.disconnect();
  if (failures.length > 0) {
    throw new AggregateError(failures, failures.map(({ message }) => message).join("\n"));
  }
  const outputs = preview ? undefined : await resolved(returned);
  return { outputs, registrations: new Registrations(registrations), calls, transforms };
}

/** Without engine nothing else would wait for it; only outputs of a preview never resolve. */
function resolved<T>(value: T): Promise<pulumi.Unwrap<T>> {
  return new Promise((resolve) => pulumi.output(value).apply(resolve));
}

interface Monitor {
  registerResource(request: RegisterResourceRequest, done: unknown): unknown;
}

function observeRegistrations(observe: (request: RegisterResourceRequest) => void): void {
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, done) => {
    observe(request);
    return register(request, done);
  };
}

interface TransformState {
  supportsTransforms: boolean;
  callbacks: CallbackServer;
}

/** In place of the server by which an engine would call transforms: it keeps them by token. */
function callbackRegister(transforms: Map<string, pulumi.ResourceTransform>): CallbackServer {
  const register = {
    registerTransform: (transform: pulumi.ResourceTransform) => {
      const token = String(transforms.size);
      transforms.set(token, transform);
      return Promise.resolve(new protocol.Callback().setToken(token));
    },
    awaitStackRegistrations: () => Promise.resolve(),
    shutdown: () => undefined,
  };
  return register as unknown as CallbackServer;
}

function read(request: RegisterResourceRequest): Registration {
  const dependencies = labels(request.getDependenciesList());
  const byInputs = new Set(
    [...request.getPropertydependenciesMap().entries()].flatMap(([, urns]) => labels(urns.getUrnsList())),
  );
  return {
    label: `${request.getType()} ${request.getName()}`,
    type: request.getType(),
    name: request.getName(),
    kind: request.getRemote() ? "remote component" : request.getCustom() ? "custom" : "component",
    inputs: plain(request.getObject()?.toJavaScript() ?? {}) as Record<string, unknown>,
    parent: labels([request.getParent()])[0],
    dependencies,
    dependsOn: dependencies.filter((label) => !byInputs.has(label)),
    provider: labels([request.getProvider()])[0],
    providers: Object.fromEntries(
      [...request.getProvidersMap().entries()].map(([name, urn]) => [name, labels([urn])[0]]),
    ),
    protect: request.getProtect() === true,
    retainOnDelete: request.getRetainondelete() === true,
    deletedWith: labels([request.getDeletedwith()])[0],
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    customTimeouts: timeoutsOf(request),
    transforms: request.getTransformsList().map((callback) => callback.getToken()),
  };
}

function timeoutsOf(request: RegisterResourceRequest): Record<string, string> {
  const given = request.getCustomtimeouts();
  const all = { create: given?.getCreate(), update: given?.getUpdate(), delete: given?.getDelete() };
  return Object.fromEntries(Object.entries(all).flatMap(([name, time]) => (time ? [[name, time]] : [])));
}

/** `urn:pulumi:<stack>::<project>::<parent type>$<type>::<name>`, for a provider followed by `::<id>`. */
function labels(urns: readonly string[]): string[] {
  return urns
    .filter((urn) => urn !== "")
    .map((urn) => {
      const [, , qualifiedType = "", name = ""] = urn.split("::");
      return `${qualifiedType.split("$").at(-1) ?? ""} ${name}`;
    })
    .sort();
}

function plain(value: unknown): unknown {
  if (value === pulumi.runtime.unknownValue) return "unknown";
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const object = value as Record<string, unknown>;
  if (object[pulumi.runtime.specialSigKey] === pulumi.runtime.specialSecretSig) {
    return { secret: plain(object["value"]) };
  }
  return Object.fromEntries(Object.entries(object).map(([key, inner]) => [key, plain(inner)]));
}

/** Other resources are the one thing that a preview knows of what a resource will answer. */
function referencesIn(answer: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(answer).filter(([, value]) => pulumi.Resource.isInstance(value)));
}

function isProvider(type: string): boolean {
  return type.startsWith("pulumi:providers:");
}

function isOurs(type: string): boolean {
  return type.startsWith("sdlc:");
}
