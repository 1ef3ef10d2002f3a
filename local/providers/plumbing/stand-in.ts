/** What a stand-in supplies, and throws, beyond what a provider of the project's own does. */
import type { ComponentResourceOptions, Inputs, Output } from "@pulumi/pulumi";
import type {
  Difference,
  OperationContext,
  Properties,
  ProviderImplementation,
  ResourceHandler,
} from "../../product.ts";

export interface StandIn<Configuration> extends ProviderImplementation<Configuration> {
  resources?(type: string): StandInHandler<Configuration> | undefined;
  /** Inputs of `pulumi:providers:<package>` whose change replaces the provider. */
  readonly replaceProviderOn?: readonly string[];
  /** Replaces the comparison of a provider's old and new inputs; values may be unknown. */
  providerDifference?(olds: Properties, news: Properties): Difference;
  /** Handler of a function such as `aws:index/getPartition:getPartition`. */
  functions?(token: string): FunctionHandler<Configuration> | undefined;
  /** Loads the SDKs of the resources that a component's inputs may refer to, before the inputs are read. */
  loadComponents?(): Promise<unknown>;
  /** Registers a remote component and its children with the ordinary SDK. */
  construct?(
    component: ConstructCall,
    configuration: Configuration | undefined,
  ): Promise<ConstructedComponent>;
}

/** What services do that the project's own resources do not: `declared.ts` makes of it what the protocol asks. */
export interface StandInHandler<Configuration> extends ResourceHandler<Configuration> {
  /** Lists whose order means nothing. */
  readonly sets?: readonly string[];
  /** Strings that hold JSON and are compared by meaning. */
  readonly documents?: readonly string[];
  /** Optional inputs that the service fills in: leaving one out changes nothing. */
  readonly keptWhenAbsent?: readonly string[];
  /** The property that gets a unique name made from the logical name where the program gives none. */
  readonly autoName?: { readonly property: string; readonly prefix?: string; readonly maxLength: number };
}

export type FunctionHandler<Configuration> = (
  context: OperationContext<Configuration>,
  args: Properties,
) => Promise<Properties>;

export interface ConstructCall {
  readonly type: string;
  readonly name: string;
  readonly inputs: Inputs;
  readonly options: ComponentResourceOptions;
}

export interface ConstructedComponent {
  readonly urn: string | Output<string>;
  /** The component's outputs. */
  readonly state: Inputs;
}

/** The thing exists, but did not become ready: the engine keeps it in the state and tries again at the next update. */
export class InitializationFailed extends Error {
  readonly id: string;
  readonly outputs: Properties;
  /** Inputs to record in place of the new ones, where an update did not apply them. */
  readonly inputs?: Properties;

  constructor(message: string, id: string, outputs: Properties, inputs?: Properties) {
    super(message);
    this.name = "InitializationFailed";
    this.id = id;
    this.outputs = outputs;
    if (inputs) this.inputs = inputs;
  }
}
