/**
 * Remote components: the engine asks for a component, and the provider registers it and its children with the ordinary SDK. The
 * SDK's own plugin server does the same, but serves only one package in a process; this is the part of it that runs a request.
 */
import { createRequire } from "node:module";
import {
  DependencyProviderResource,
  DependencyResource,
  Output,
  output,
  type ComponentResourceOptions,
  Resource,
  type Inputs,
} from "@pulumi/pulumi";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import structMessages from "google-protobuf/google/protobuf/struct_pb.js";
import type { ConstructCall, ConstructedComponent } from "./stand-in.ts";

/** Functions of @pulumi/pulumi 3.250 that its type declarations leave out. */
interface SdkInternals {
  readonly settings: {
    resetOptions(
      project: string,
      stack: string,
      parallel: number,
      engine: string,
      monitor: string,
      preview: boolean,
      organization: string,
    ): void;
    awaitFeatureSupport(): Promise<void>;
    waitForRPCs(): Promise<void>;
  };
  readonly state: { withLocalStorage<T>(run: () => Promise<T>): Promise<T> };
  readonly config: {
    setAllConfig(values: Record<string, string>, secretKeys: readonly string[]): void;
  };
  readonly rpc: {
    deserializeProperties(struct: structMessages.Struct): Inputs;
    isRpcSecret(value: unknown): boolean;
    unwrapRpcSecret(value: unknown): unknown;
    serializeResourceProperties(
      label: string,
      properties: Inputs,
    ): Promise<[Record<string, never>, Map<string, Set<Resource>>]>;
  };
}

const require = createRequire(import.meta.url);
const sdk: SdkInternals = {
  settings: require("@pulumi/pulumi/runtime/settings") as SdkInternals["settings"],
  state: require("@pulumi/pulumi/runtime/state") as SdkInternals["state"],
  config: require("@pulumi/pulumi/runtime/config") as SdkInternals["config"],
  rpc: require("@pulumi/pulumi/runtime/rpc") as SdkInternals["rpc"],
};

/** Outputs inside a value carry their dependencies themselves, and the value stays a plain one around them. */
function holdsOutputs(value: unknown): boolean {
  if (Output.isInstance(value)) return true;
  if (Resource.isInstance(value) || typeof value !== "object" || value === null) return false;
  return Object.values(value).some(holdsOutputs);
}

/** The inputs as the SDK's values; a plain one that came from another resource keeps its dependency on it. */
function readInputs(request: messages.ConstructRequest): Inputs {
  const raw = sdk.rpc.deserializeProperties(request.getInputs() ?? new structMessages.Struct());
  return Object.fromEntries(
    Object.entries(raw).map(([key, value]) => {
      const urns = request.getInputdependenciesMap().get(key)?.getUrnsList() ?? [];
      const isSecret = sdk.rpc.isRpcSecret(value);
      if ((urns.length === 0 && !isSecret) || holdsOutputs(value)) return [key, value as unknown];
      const bare = isSecret ? sdk.rpc.unwrapRpcSecret(value) : (value as unknown);
      const OutputWithDependencies = Output as unknown as new (
        resources: Resource[],
        value: Promise<unknown>,
        known: Promise<boolean>,
        secret: Promise<boolean>,
        all: Promise<Resource[]>,
      ) => Output<unknown>;
      return [
        key,
        new OutputWithDependencies(
          urns.map((urn) => new DependencyResource(urn)),
          Promise.resolve(bare),
          Promise.resolve(true),
          Promise.resolve(isSecret),
          Promise.resolve([]),
        ),
      ];
    }),
  );
}

function readOptions(request: messages.ConstructRequest): ComponentResourceOptions {
  const timeouts = request.getCustomtimeouts();
  const deletedWith = request.getDeletedwith();
  const providers: [string, string][] = [...request.getProvidersMap().entries()];
  return {
    dependsOn: request.getDependenciesList().map((urn) => new DependencyResource(urn)),
    providers: Object.fromEntries(
      providers.map(([name, reference]) => [name, new DependencyProviderResource(reference)]),
    ),
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    ...(request.hasProtect() && { protect: request.getProtect() ?? false }),
    ...(request.hasRetainondelete() && { retainOnDelete: request.getRetainondelete() ?? false }),
    ...(request.getParent() && { parent: new DependencyResource(request.getParent()) }),
    ...(deletedWith && { deletedWith: new DependencyResource(deletedWith) }),
    ...(timeouts && {
      customTimeouts: {
        create: timeouts.getCreate(),
        update: timeouts.getUpdate(),
        delete: timeouts.getDelete(),
      },
    }),
  };
}

export function construct(
  request: messages.ConstructRequest,
  engineAddress: string | undefined,
  build: (component: ConstructCall) => Promise<ConstructedComponent>,
): Promise<messages.ConstructResponse> {
  // The SDK's settings belong to one request: components are constructed side by side.
  return sdk.state.withLocalStorage(async () => {
    sdk.settings.resetOptions(
      request.getProject(),
      request.getStack(),
      request.getParallel(),
      engineAddress ?? "",
      request.getMonitorendpoint(),
      request.getDryrun(),
      request.getOrganization(),
    );
    await sdk.settings.awaitFeatureSupport();
    sdk.config.setAllConfig(
      Object.fromEntries(request.getConfigMap().entries()),
      request.getConfigsecretkeysList(),
    );
    const type = request.getType();
    const name = request.getName();
    const component = await build({
      type,
      name,
      inputs: readInputs(request),
      options: readOptions(request),
    });
    const response = new messages.ConstructResponse();
    response.setUrn(await resolved(component.urn));
    const [state, dependencies] = await sdk.rpc.serializeResourceProperties(
      `construct(${type}, ${name})`,
      component.state,
    );
    for (const [key, resources] of dependencies) {
      const urns = await Promise.all([...resources].map((resource) => resolved(resource.urn)));
      response
        .getStatedependenciesMap()
        .set(key, new messages.ConstructResponse.PropertyDependencies().setUrnsList(urns));
    }
    response.setState(structMessages.Struct.fromJavaScript(state));
    await sdk.settings.waitForRPCs();
    return response;
  });
}

function resolved(value: string | Output<string>): Promise<string> {
  return new Promise((resolve) => {
    output(value).apply(resolve);
  });
}
