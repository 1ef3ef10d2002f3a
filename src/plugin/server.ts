/** Serves one provider implementation on the loopback address, for the engine that has started it or is told to attach. */
import grpc from "@grpc/grpc-js";
import providerServices from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import type { ProviderImplementation } from "./implementation.ts";
import { providerService, type ServiceExtension } from "./service.ts";
import type { Sessions } from "./session.ts";

export interface ServedProvider {
  readonly package: string;
  readonly port: number;
  /** Interrupts what is running and closes every connection. */
  close(): void;
}

/** Largest message the engine sends or takes: 400 MB, as in the engine. */
const maxMessageBytes = 400 * 1024 * 1024;

export interface ServeOptions<C> {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** The default: one session for the process. */
  readonly sessions?: Sessions<C>;
  readonly extension?: ServiceExtension<C>;
}

/** Throws where the port is in use. */
export async function serveProvider<C>(
  implementation: ProviderImplementation<C>,
  { port = 0, sessions, extension }: ServeOptions<C> = {},
): Promise<ServedProvider> {
  const server = new grpc.Server({
    "grpc.max_receive_message_length": maxMessageBytes,
    "grpc.max_send_message_length": maxMessageBytes,
  });
  const service = providerService(implementation, sessions, extension);
  server.addService(providerServices.ResourceProviderService, service.methods);
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, grpc.ServerCredentials.createInsecure(), (error, chosen) => {
      if (error) {
        reject(
          new Error(
            `the provider ${implementation.package} cannot listen on port ${port}: ${error.message}. ` +
              "Choose another port, or 0 for a free one.",
          ),
        );
      } else resolve(chosen);
    });
  });
  return {
    package: implementation.package,
    port: bound,
    close: () => {
      service.close();
      server.forceShutdown();
    },
  };
}
