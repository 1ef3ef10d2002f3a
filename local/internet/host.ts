/** What a host on the local internet is: a function that answers requests, and the small parts that they share. */
import { once } from "node:events";
import {
  request as send,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from "node:http";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { loopback } from "../ports.ts";

/** Answers one request to a host; a rejection becomes a 500 with its message. */
export type Host = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;

export function reply(
  response: ServerResponse,
  status: number,
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = {},
): void {
  const content = Buffer.from(body);
  response.writeHead(status, {
    "content-type": "text/plain; charset=utf-8",
    "content-length": content.length,
    ...headers,
  });
  response.end(content);
}

export function replyJson(response: ServerResponse, status: number, body: unknown): void {
  reply(response, status, JSON.stringify(body), { "content-type": "application/json; charset=utf-8" });
}

/** Path and query of a request; the host part is a placeholder. */
export function urlOf(request: IncomingMessage): URL {
  return new URL(request.url ?? "/", "https://local.invalid");
}

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  return buffer(request);
}

/** Hands a request, unchanged but for what is given, to a server on this machine, and its answer back. */
export async function passOn(
  request: IncomingMessage,
  response: ServerResponse,
  {
    port,
    headers = request.headers,
    path = request.url,
  }: { port: number; headers?: OutgoingHttpHeaders; path?: string },
): Promise<void> {
  const { method } = request;
  const upstream = send({ host: loopback, port, path, method, headers });
  const answered = once(upstream, "response") as Promise<[IncomingMessage]>;
  await Promise.all([
    pipeline(request, upstream),
    answered.then(([answer]) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      return pipeline(answer, response);
    }),
  ]);
}
