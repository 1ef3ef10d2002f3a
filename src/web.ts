/** Requests to the internet, through the proxy that HTTPS_PROXY, HTTP_PROXY and NO_PROXY name: Node's own `fetch` ignores them. */
import { EnvHttpProxyAgent, fetch, type RequestInit, type Response } from "undici";

let agent: { readonly proxy: string | undefined; readonly dispatcher: EnvHttpProxyAgent } | undefined;

/** It reads the environment once; whoever changes the environment means what comes after. */
function dispatcher(): EnvHttpProxyAgent {
  const proxy = process.env["HTTPS_PROXY"] ?? process.env["https_proxy"];
  if (agent?.proxy !== proxy || agent === undefined) agent = { proxy, dispatcher: new EnvHttpProxyAgent() };
  return agent.dispatcher;
}

/** @throws {Error} with the cause in its message, where no answer came. */
export async function request(url: string, init: RequestInit = {}): Promise<Response> {
  try {
    return await fetch(url, { dispatcher: dispatcher(), ...init });
  } catch (error) {
    throw new Error(`${url}: ${causeOf(error)}`, { cause: error });
  }
}

/** `fetch failed` says nothing; what it was caused by does. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : causeOf(error.cause);
}
