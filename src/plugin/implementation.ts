/** What a provider supplies; the rest of this folder speaks the engine's protocol for it. */
/** A resource's or function's properties, without secret envelopes; unknowns are `unknownValue`. */
export type Properties = Record<string, unknown>;

export interface ProviderImplementation<Configuration> {
  /** Package name as the program knows it: `sdlc`, `aws`, `kubernetes`. */
  readonly package: string;
  /** Version reported to the engine; the SDK's own, so that the engine does not warn. */
  readonly version: string;
  /** Called once per provider instance; what it throws fails every resource of that instance. */
  configure(inputs: Properties): Promise<Configuration>;
  /** Handler of a resource type such as `sdlc:flux:Readiness`. */
  resources?(type: string): ResourceHandler<Configuration> | undefined;
}

/** What a handler may use besides the properties. */
export interface OperationContext<Configuration> {
  readonly configuration: Configuration;
  /** Empty for functions. */
  readonly urn: string;
  /** Logical name in the program; empty for functions. */
  readonly name: string;
  readonly type: string;
  /** Aborted when the user interrupts the engine or the engine goes away. */
  readonly signal: AbortSignal;
  /** `customTimeouts` of the resource in seconds, or `fallback` where the program set none. */
  readonly timeoutSeconds: (fallback: number) => number;
  /** Shows a passing line in the resource's row. */
  readonly status: (message: string) => void;
  /** Leaves a line in the resource's log. */
  readonly log: (severity: "debug" | "info" | "warning" | "error", message: string) => void;
}

export interface CheckedInputs {
  readonly inputs: Properties;
  readonly failures?: readonly { readonly property: string; readonly reason: string }[];
}

export interface PreviousInputs {
  /** Empty for a new resource. */
  readonly inputs: Properties;
  /** Random bytes for generated names: the same in a preview and in the update that follows it. */
  readonly seed: Uint8Array;
}

/** Property paths are dotted and without list indices: `vpcConfig.subnetIds`. A path covers all below it. */
export interface ResourceHandler<Configuration> {
  /** Known inputs; any other is refused. Absent where the resource takes free-form inputs. */
  readonly inputs?: readonly string[];
  readonly required?: readonly string[];
  /** Properties that only AWS, Kubernetes … know: unknown in the preview of a creation. */
  readonly outputs?: readonly string[];
  /** Outputs that are unknown in the preview of an update. */
  readonly changedByUpdate?: readonly string[];
  /** Paths whose change replaces the resource. */
  readonly replaceOn?: readonly string[];
  readonly deleteBeforeReplace?: boolean | ((olds: Properties, news: Properties) => boolean);
  /** Decides about the two values at a path; undefined leaves it to what they are made of. */
  compare?(path: string, left: unknown, right: unknown): "same" | "different" | undefined;

  /** Adds defaults and refuses bad inputs, after the generic checks. Values may be unknown. */
  check?(
    context: OperationContext<Configuration>,
    inputs: Properties,
    previous: PreviousInputs,
  ): Promise<CheckedInputs> | CheckedInputs;
  /** Replaces the comparison of old and new inputs. */
  diff?(
    context: OperationContext<Configuration>,
    resource: ExistingResource,
    news: Properties,
  ): Promise<Difference>;
  /** Outputs to show in a preview, in place of the inputs plus the declared unknown outputs. */
  preview?(
    context: OperationContext<Configuration>,
    inputs: Properties,
    old?: ExistingResource,
  ): Promise<Properties>;
  create(
    context: OperationContext<Configuration>,
    inputs: Properties,
  ): Promise<{ id: string; outputs: Properties }>;
  /** The live outputs; undefined when the thing is gone. `inputs` is empty on import. */
  read(
    context: OperationContext<Configuration>,
    resource: ExistingResource,
  ): Promise<{ id?: string; outputs: Properties; inputs?: Properties } | undefined>;
  update?(
    context: OperationContext<Configuration>,
    resource: ExistingResource,
    news: Properties,
  ): Promise<Properties>;
  /** A thing that is already gone is a success. */
  delete(context: OperationContext<Configuration>, resource: ExistingResource): Promise<void>;
}

export interface ExistingResource {
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

export interface Change {
  /** Path with indices: `tags.Name`, `subnetIds[0]`, `tags["a.b"]`. */
  readonly path: string;
  readonly kind: "add" | "delete" | "update";
  readonly replace: boolean;
}

export interface Difference {
  readonly changes: readonly Change[];
  readonly deleteBeforeReplace?: boolean;
}
