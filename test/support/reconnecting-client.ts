/** A client of a provider whose connection can end between two calls, as the engine's does when it was idle for 30 minutes. */
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { connectivityState, credentials } from "@grpc/grpc-js";
import pluginMessages from "@pulumi/pulumi/proto/plugin_pb.js";
import providerServices from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import emptyMessages from "google-protobuf/google/protobuf/empty_pb.js";
import structMessages from "google-protobuf/google/protobuf/struct_pb.js";

/** Milliseconds in which the client notices that its connection has ended. */
const patience = 5_000;

const struct = (properties: object): structMessages.Struct =>
  structMessages.Struct.fromJavaScript(properties as never);

type Answer<T> = (error: Error | null, answer: T) => void;

const answered = <T>(call: (done: Answer<T>) => unknown): Promise<T> =>
  new Promise((resolve, reject) => {
    call((error, answer) => {
      if (error) reject(error);
      else resolve(answer);
    });
  });

export interface ResourceCall {
  readonly type: string;
  readonly inputs: object;
  readonly news?: object;
}

export class ReconnectingClient {
  /** Port that each connection reached the provider from, in order. */
  readonly ports: readonly number[];
  readonly #relay: Server;
  readonly #sockets: Set<Socket>;
  readonly #client: providerServices.ResourceProviderClient;

  private constructor(relay: Server, sockets: Set<Socket>, ports: number[]) {
    this.#relay = relay;
    this.#sockets = sockets;
    this.ports = ports;
    const { port } = relay.address() as AddressInfo;
    this.#client = new providerServices.ResourceProviderClient(
      `127.0.0.1:${port}`,
      credentials.createInsecure(),
      { "grpc.use_local_subchannel_pool": 1 },
    );
  }

  /** Through a relay, which sees the connections that the provider sees. */
  static async to(provider: { readonly port: number }): Promise<ReconnectingClient> {
    const sockets = new Set<Socket>();
    const ports: number[] = [];
    const relay = createServer((near) => {
      const far = connect(provider.port, "127.0.0.1", () => {
        ports.push(far.localPort ?? 0);
        near.pipe(far).pipe(near);
      });
      for (const [socket, other] of [
        [near, far],
        [far, near],
      ] as const) {
        sockets.add(socket);
        socket.on("error", () => other.destroy());
        socket.on("close", () => {
          sockets.delete(socket);
          other.destroy();
        });
      }
    });
    await new Promise<void>((resolve) => relay.listen(0, "127.0.0.1", resolve));
    return new ReconnectingClient(relay, sockets, ports);
  }

  async configure(inputs: object = {}): Promise<void> {
    const request = new messages.ConfigureRequest().setArgs(struct(inputs));
    await answered<messages.ConfigureResponse>((done) => this.#client.configure(request, done));
  }

  async attach(engineAddress: string): Promise<void> {
    const request = new pluginMessages.PluginAttach().setAddress(engineAddress);
    await answered<emptyMessages.Empty>((done) => this.#client.attach(request, done));
  }

  async cancel(): Promise<void> {
    await answered<emptyMessages.Empty>((done) => this.#client.cancel(new emptyMessages.Empty(), done));
  }

  /** Names of the inputs that differ. */
  async diff({ type, inputs, news = inputs }: ResourceCall): Promise<string[]> {
    const request = new messages.DiffRequest()
      .setId("id")
      .setUrn(urnOf(type))
      .setType(type)
      .setName("one")
      .setOldInputs(struct(inputs))
      .setOlds(struct(inputs))
      .setNews(struct(news));
    const answer = await answered<messages.DiffResponse>((done) => this.#client.diff(request, done));
    return answer.getDiffsList();
  }

  async delete({ type, inputs }: ResourceCall): Promise<void> {
    const request = new messages.DeleteRequest()
      .setId("id")
      .setUrn(urnOf(type))
      .setType(type)
      .setName("one")
      .setOldInputs(struct(inputs))
      .setProperties(struct(inputs));
    await answered<emptyMessages.Empty>((done) => this.#client.delete(request, done));
  }

  /** Ends the connection; the next call makes another one. */
  async hangUp(): Promise<void> {
    const channel = this.#client.getChannel();
    for (const socket of this.#sockets) socket.end();
    for (;;) {
      const state = channel.getConnectivityState(false);
      if (state === connectivityState.IDLE) return;
      await new Promise<void>((resolve, reject) => {
        channel.watchConnectivityState(state, Date.now() + patience, (error) => {
          if (error) reject(error);
          else resolve();
        });
      });
    }
  }

  close(): void {
    this.#client.close();
    this.#relay.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}

function urnOf(type: string): string {
  return `urn:pulumi:test::trial::${type}::one`;
}
