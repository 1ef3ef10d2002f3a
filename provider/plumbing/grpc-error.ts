/** Errors of handlers, as the engine wants to receive them. */
import { Metadata, status } from "@grpc/grpc-js";
import type { ServerErrorResponse, StatusObject } from "@grpc/grpc-js";
import providerMessages from "@pulumi/pulumi/proto/provider_pb.js";
import statusMessages from "@pulumi/pulumi/proto/status_pb.js";
import anyMessages from "google-protobuf/google/protobuf/any_pb.js";
import structMessages from "google-protobuf/google/protobuf/struct_pb.js";
import { InitializationFailed, Interrupted } from "./failures.ts";
import { compact } from "./values.ts";

function initializationDetails(failure: InitializationFailed): Metadata {
  const detail = new providerMessages.ErrorResourceInitFailed();
  detail.setId(failure.id);
  detail.setReasonsList([failure.message]);
  detail.setProperties(structMessages.Struct.fromJavaScript(compact(failure.outputs) as never));
  if (failure.inputs)
    detail.setInputs(structMessages.Struct.fromJavaScript(compact(failure.inputs) as never));
  const any = new anyMessages.Any();
  any.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const message = new statusMessages.Status();
  message.setCode(status.UNKNOWN);
  message.setMessage(failure.message);
  message.addDetails(any);
  const metadata = new Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(message.serializeBinary()));
  return metadata;
}

export function grpcError(error: unknown): ServerErrorResponse | Partial<StatusObject> {
  const details = error instanceof Error ? error.message : String(error);
  if (error instanceof InitializationFailed) {
    return { code: status.UNKNOWN, details, metadata: initializationDetails(error) };
  }
  // A refused request leaves nothing behind: UNKNOWN would tell the engine that the state may be broken.
  return { code: error instanceof Interrupted ? status.CANCELLED : status.FAILED_PRECONDITION, details };
}
