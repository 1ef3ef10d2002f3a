/** Answers the TokenReviews of every cluster's API server, as EKS's authenticator does. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { loopback } from "../ports.ts";
import type { Authenticator, KubernetesIdentity } from "./types.ts";

/** The parts of authentication.k8s.io/v1 that matter here. */
interface TokenReviewStatus {
  readonly authenticated: boolean;
  readonly error?: string;
  readonly user?: KubernetesIdentity;
}

export class TokenReviewServer {
  readonly #server: Server;
  readonly #authenticator: Authenticator;
  #listening: Promise<unknown> | undefined;

  constructor(authenticator: Authenticator) {
    this.#authenticator = authenticator;
    this.#server = createServer((request, response) => {
      void this.#review(request).then((status) => {
        const review = { apiVersion: "authentication.k8s.io/v1", kind: "TokenReview", status };
        response.setHeader("content-type", "application/json").end(JSON.stringify(review));
      });
    });
  }

  /** Where the API server of `cluster` asks; listens from the first call on. */
  async url(cluster: string): Promise<string> {
    this.#listening ??= once(this.#server.listen(0, loopback), "listening");
    await this.#listening;
    const { port } = this.#server.address() as AddressInfo;
    return `http://${loopback}:${port}/${encodeURIComponent(cluster)}`;
  }

  async close(): Promise<void> {
    if (!this.#listening) return;
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #review(request: IncomingMessage): Promise<TokenReviewStatus> {
    const cluster = decodeURIComponent((request.url ?? "").replace(/^\/|\?.*$/g, ""));
    try {
      const { spec } = JSON.parse(await text(request)) as { spec: { token: string } };
      const user = await this.#authenticator(cluster, spec.token);
      return user
        ? { authenticated: true, user }
        : { authenticated: false, error: `The token is not one of cluster ${cluster}.` };
    } catch (error) {
      return { authenticated: false, error: (error as Error).message };
    }
  }
}
