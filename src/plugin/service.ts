/** The engine's resource provider protocol (pulumirpc.ResourceProvider, v3.250), on top of a provider implementation. */
import { status } from "@grpc/grpc-js";
import type { handleUnaryCall, StatusObject, UntypedServiceImplementation } from "@grpc/grpc-js";
import pluginMessages from "@pulumi/pulumi/proto/plugin_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import emptyMessages from "google-protobuf/google/protobuf/empty_pb.js";
import structMessages from "google-protobuf/google/protobuf/struct_pb.js";
import { difference } from "./difference.ts";
import { Interrupted } from "./failures.ts";
import type {
  CheckedInputs,
  Difference,
  ExistingResource,
  Properties,
  ProviderImplementation,
  ResourceHandler,
} from "./implementation.ts";
import * as operations from "./operations.ts";
import { oneSession, type Session, type Sessions } from "./session.ts";
import { compact, keepSecrets, plainProperties } from "./values.ts";

type Struct = structMessages.Struct;

export const wire = (struct: Struct | undefined): Properties => struct?.toJavaScript() ?? {};
export const open = (struct: Struct | undefined): Properties => plainProperties(wire(struct));
export const toStruct = (properties: Properties): Struct =>
  structMessages.Struct.fromJavaScript(compact(properties) as never);

function checkResponse(checked: CheckedInputs, news: Properties): messages.CheckResponse {
  const failures = (checked.failures ?? []).map(({ property, reason }) =>
    new messages.CheckFailure().setProperty(property).setReason(reason),
  );
  return new messages.CheckResponse()
    .setInputs(toStruct(keepSecrets(checked.inputs, news)))
    .setFailuresList(failures);
}

export function diffResponse(found: Difference): messages.DiffResponse {
  const { ADD, ADD_REPLACE, DELETE, DELETE_REPLACE, UPDATE, UPDATE_REPLACE } = messages.PropertyDiff.Kind;
  const kinds = {
    add: [ADD, ADD_REPLACE],
    delete: [DELETE, DELETE_REPLACE],
    update: [UPDATE, UPDATE_REPLACE],
  } as const;
  const response = new messages.DiffResponse().setHasdetaileddiff(true);
  const properties = new Set<string>();
  const replaces = new Set<string>();
  for (const { path, kind, replace } of found.changes) {
    const property = /^[^.[]*/.exec(path)?.[0] ?? path;
    properties.add(property);
    if (replace) replaces.add(property);
    const detail = new messages.PropertyDiff().setKind(kinds[kind][replace ? 1 : 0]).setInputdiff(true);
    response.getDetaileddiffMap().set(path, detail);
  }
  const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
  return response
    .setChanges(properties.size > 0 ? DIFF_SOME : DIFF_NONE)
    .setDiffsList([...properties])
    .setReplacesList([...replaces])
    .setDeletebeforereplace(replaces.size > 0 && (found.deleteBeforeReplace ?? false));
}

/** What carries out one method of the protocol. */
type Method<C, Request, Response> = (
  request: Request,
  session: Session<C>,
  signal: AbortSignal,
) => Promise<Response> | Response;

/** For a provider of which the engine asks more than what it asks of the project's own. */
export interface ServiceExtension<C> {
  /** More methods, or others in place of those below. An instance begins with a call of an `opening` one. */
  readonly methods?: (
    build: Readonly<
      Record<
        "unary" | "opening",
        <Request, Response>(method: Method<C, Request, Response>) => handleUnaryCall<Request, Response>
      >
    >,
  ) => UntypedServiceImplementation;
  /** What of the inputs that are recorded a resource is made and changed from; all of them without this. */
  readonly given?: (inputs: Properties) => Properties;
  /**
   * Words what a resource's operation threw, where the message alone does not tell the engine enough.
   * @param keepSecrets puts values of the resource back into the envelopes in which they came.
   */
  readonly failure?: (
    error: unknown,
    keepSecrets: (values: Properties) => Properties,
  ) => Partial<StatusObject> | undefined;
}

/** A failure in the words of an extension. */
class Worded extends Error {
  readonly status: Partial<StatusObject>;

  constructor(status: Partial<StatusObject>) {
    super(status.details);
    this.status = status;
  }
}

function grpcError(error: unknown): Partial<StatusObject> {
  if (error instanceof Worded) return error.status;
  const details = error instanceof Error ? error.message : String(error);
  // A refused request leaves nothing behind: UNKNOWN would tell the engine that the state may be broken.
  return { code: error instanceof Interrupted ? status.CANCELLED : status.FAILED_PRECONDITION, details };
}

export function providerService<C>(
  provider: ProviderImplementation<C>,
  sessions: Sessions<C> = oneSession(),
  extension: ServiceExtension<C> = {},
): {
  readonly methods: UntypedServiceImplementation;
  close(): void;
} {
  /** Gives a method its instance's session and a signal that ends with the call, and words its errors for the engine. */
  const handle =
    <Request, Response>(
      method: Method<C, Request, Response>,
      opens: boolean,
    ): handleUnaryCall<Request, Response> =>
    (call, callback) => {
      const session = sessions.of({ peer: call.getPeer(), opens });
      const gone = new AbortController();
      call.on("cancelled", () => {
        gone.abort();
      });
      Promise.resolve()
        .then(() => method(call.request, session, gone.signal))
        .then(
          (response) => {
            callback(null, response);
          },
          (error: unknown) => {
            callback(grpcError(error));
          },
        );
    };

  const unary = <Request, Response>(
    method: Method<C, Request, Response>,
  ): handleUnaryCall<Request, Response> => handle(method, false);
  const opening = <Request, Response>(
    method: Method<C, Request, Response>,
  ): handleUnaryCall<Request, Response> => handle(method, true);

  const given = (source: Properties): Properties => {
    const inputs = plainProperties(source);
    return extension.given?.(inputs) ?? inputs;
  };

  const guarded = async <T>(source: Properties, operation: () => Promise<T>): Promise<T> => {
    try {
      return await operation();
    } catch (error) {
      const worded = extension.failure?.(error, (values) => keepSecrets(values, source));
      throw worded ? new Worded(worded) : error;
    }
  };

  const handlerOf = (type: string): ResourceHandler<C> => {
    const handler = provider.resources?.(type);
    if (handler) return handler;
    throw new Error(`this provider of ${provider.package} has no resource ${type}.`);
  };

  const resourceMethod = <
    Request extends { getType(): string; getUrn(): string; getName(): string },
    Response,
  >(
    method: (
      handler: ResourceHandler<C>,
      context: ReturnType<Session<C>["context"]>,
      request: Request,
    ) => Promise<Response>,
  ): handleUnaryCall<Request, Response> =>
    unary((request, session, signal) => {
      const type = request.getType();
      return method(handlerOf(type), session.context(request, type, signal), request);
    });

  const methods = {
    handshake: opening((request: messages.ProviderHandshakeRequest, session) => {
      session.attach(request.getEngineAddress());
      return new messages.ProviderHandshakeResponse()
        .setAcceptSecrets(true)
        .setAcceptResources(true)
        .setAcceptOutputs(true);
    }),
    attach: opening((request: pluginMessages.PluginAttach, session) => {
      session.attach(request.getAddress());
      return new emptyMessages.Empty();
    }),
    getPluginInfo: opening(() => new pluginMessages.PluginInfo().setVersion(provider.version)),
    getSchema: opening(() =>
      new messages.GetSchemaResponse().setSchema(
        JSON.stringify({ name: provider.package, version: provider.version }),
      ),
    ),
    cancel: unary((_request: emptyMessages.Empty, session) => {
      session.cancel();
      return new emptyMessages.Empty();
    }),

    checkConfig: opening((request: messages.CheckRequest) =>
      new messages.CheckResponse().setInputs(request.getNews()),
    ),
    diffConfig: opening((request: messages.DiffRequest) => {
      const olds = open(request.getOldInputs());
      const news = open(request.getNews());
      return diffResponse(difference({}, olds, news));
    }),
    configure: opening(async (request: messages.ConfigureRequest, session) => {
      session.configure(await provider.configure(open(request.getArgs())));
      return new messages.ConfigureResponse()
        .setAcceptsecrets(true)
        .setSupportspreview(true)
        .setAcceptresources(true)
        .setAcceptoutputs(true);
    }),

    check: resourceMethod(async (handler, context, request: messages.CheckRequest) => {
      const news = wire(request.getNews());
      const seed = request.getRandomseed_asU8();
      return checkResponse(
        await operations.check(handler, context, open(request.getOlds()), plainProperties(news), seed),
        news,
      );
    }),
    diff: resourceMethod(async (handler, context, request: messages.DiffRequest) => {
      const resource = existing(request.getId(), request.getOldInputs(), request.getOlds());
      return diffResponse(await operations.diff(handler, context, resource, open(request.getNews())));
    }),
    create: resourceMethod(async (handler, context, request: messages.CreateRequest) => {
      const source = wire(request.getProperties());
      const inputs = given(source);
      const response = new messages.CreateResponse();
      if (request.getPreview()) {
        const outputs = await operations.preview(handler, context, inputs);
        return response.setProperties(toStruct(keepSecrets(outputs, source)));
      }
      const created = await guarded(source, () => handler.create(context, inputs));
      return response.setId(created.id).setProperties(toStruct(keepSecrets(created.outputs, source)));
    }),
    read: resourceMethod(async (handler, context, request: messages.ReadRequest) => {
      const resource = existing(request.getId(), request.getInputs(), request.getProperties());
      const live = await handler.read(context, resource);
      if (!live) return new messages.ReadResponse();
      const inputs = live.inputs ?? operations.refreshedInputs(handler, resource, live.outputs);
      return new messages.ReadResponse()
        .setId(live.id ?? request.getId())
        .setProperties(toStruct(keepSecrets(live.outputs, wire(request.getProperties()))))
        .setInputs(toStruct(keepSecrets(inputs, wire(request.getInputs()))));
    }),
    update: resourceMethod(async (handler, context, request: messages.UpdateRequest) => {
      const source = wire(request.getNews());
      const news = given(source);
      const resource = existing(request.getId(), request.getOldInputs(), request.getOlds());
      const outputs = request.getPreview()
        ? await operations.preview(handler, context, news, resource)
        : await guarded(source, () => operations.update(handler, context, resource, news));
      return new messages.UpdateResponse().setProperties(toStruct(keepSecrets(outputs, source)));
    }),
    delete: resourceMethod(async (handler, context, request: messages.DeleteRequest) => {
      await handler.delete(
        context,
        existing(request.getId(), request.getOldInputs(), request.getProperties()),
      );
      return new emptyMessages.Empty();
    }),

    ...extension.methods?.({ unary, opening }),
  };

  return {
    methods,
    close: () => {
      for (const session of sessions.all()) session.close();
    },
  };
}

function existing(id: string, inputs: Struct | undefined, outputs: Struct | undefined): ExistingResource {
  return { id, inputs: open(inputs), outputs: open(outputs) };
}
