/** The engine's protocol as far as only stand-ins speak it: providers' configurations, functions, components, half-made resources. */
import { Metadata, status, type StatusObject } from "@grpc/grpc-js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import statusMessages from "@pulumi/pulumi/proto/status_pb.js";
import anyMessages from "google-protobuf/google/protobuf/any_pb.js";
import {
  containsSecret,
  difference,
  load,
  plainProperties,
  secret,
  type Properties,
  type ServiceExtension,
} from "../../product.ts";
import { given } from "./declared.ts";
import { InitializationFailed, type StandIn } from "./stand-in.ts";

const { diffResponse, open, toStruct, wire } = await load.service();

type Keep = (values: Properties) => Properties;

function initializationFailed(failure: InitializationFailed, keepSecrets: Keep): Partial<StatusObject> {
  const detail = new messages.ErrorResourceInitFailed()
    .setId(failure.id)
    .setReasonsList([failure.message])
    .setProperties(toStruct(keepSecrets(failure.outputs)));
  if (failure.inputs) detail.setInputs(toStruct(keepSecrets(failure.inputs)));
  const any = new anyMessages.Any();
  any.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const message = new statusMessages.Status();
  message.setCode(status.UNKNOWN);
  message.setMessage(failure.message);
  message.addDetails(any);
  const metadata = new Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(message.serializeBinary()));
  return { code: status.UNKNOWN, details: failure.message, metadata };
}

export function standInProtocol<C>(standIn: StandIn<C>): ServiceExtension<C> {
  return {
    given,
    failure: (error, keepSecrets) =>
      error instanceof InitializationFailed ? initializationFailed(error, keepSecrets) : undefined,
    methods: ({ unary, opening }) => ({
      diffConfig: opening((request: messages.DiffRequest) => {
        const olds = open(request.getOldInputs());
        const news = open(request.getNews());
        return diffResponse(
          standIn.providerDifference?.(olds, news) ??
            difference({ replaceOn: standIn.replaceProviderOn ?? [] }, olds, news),
        );
      }),
      invoke: unary(async (request: messages.InvokeRequest, session, signal) => {
        const token = request.getTok();
        const invoke = standIn.functions?.(token);
        if (!invoke) throw new Error(`this provider of ${standIn.package} has no function ${token}`);
        const args = wire(request.getArgs());
        const answer = await invoke(session.context({}, token, signal), plainProperties(args));
        const returned = containsSecret(args)
          ? Object.fromEntries(Object.entries(answer).map(([key, value]) => [key, secret(value)]))
          : answer;
        return new messages.InvokeResponse().setReturn(toStruct(returned));
      }),
      construct: unary(async (request: messages.ConstructRequest, session) => {
        // The program's SDK takes longer to load than the rest of a provider; only components need it.
        const { construct } = await import("./construct.ts");
        await standIn.loadComponents?.();
        return construct(request, session.engineAddress, (component) => {
          if (standIn.construct) return standIn.construct(component, session.configuration);
          throw new Error(
            `the local ${standIn.package} provider does not implement ${component.type}. ` +
              "Use plain resources, or the official plugin (LOCAL_PROVIDERS=official).",
          );
        });
      }),
    }),
  };
}
