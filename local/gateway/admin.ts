/**
 * The gateway's own endpoints, for the platform's commands and for tests. They are under `/_local/`, which no
 * AWS service uses, and need no signature: only this machine can reach them.
 *
 *     GET  /_local/census        what the account holds now, as CensusEntry[]
 *     GET  /_local/log?since=n   the API calls after number n, as ApiCall[]
 *     GET  /_local/faults        the injected faults; POST puts a list of them in place of those
 *     POST /_local/credentials   {"expired": true|false, "accessKeyId"?: …}: lets keys expire, or restores them
 */
import { z } from "zod";
import type { GatewayState, ReceivedRequest } from "./gateway.ts";
import { faultSchema } from "./injected-faults.ts";
import type { AwsResponse, CensusEntry } from "./types.ts";

const prefix = "/_local/";
const expirySchema = z.strictObject({ expired: z.boolean(), accessKeyId: z.string().optional() });

export const isAdminPath = (path: string): boolean => path.startsWith(prefix);

const json = (status: number, value: unknown): AwsResponse => ({
  status,
  headers: { "content-type": "application/json" },
  body: `${JSON.stringify(value)}\n`,
});

async function takeCensus({ moto, services }: GatewayState): Promise<readonly CensusEntry[]> {
  const request = { method: "GET", url: "/_local/census", headers: {}, body: Buffer.alloc(0) };
  const { body } = await moto.send(request);
  const own = await Promise.all(
    Object.values(services).map(async (service) => (await service.census?.()) ?? []),
  );
  return [...(JSON.parse(body.toString()) as CensusEntry[]), ...own.flat()];
}

type Endpoint = (state: GatewayState, request: ReceivedRequest) => unknown;

const endpoints: Readonly<Record<string, Endpoint>> = {
  "GET census": takeCensus,
  "GET log": ({ log }, { query }) => log.since(Number(query.get("since") ?? 0)),
  "GET faults": ({ faults }) => faults.list,
  "POST faults": ({ faults }, { body }) => {
    faults.replace(z.array(faultSchema).parse(JSON.parse(body.toString())));
    return faults.list;
  },
  "POST credentials": ({ credentials }, { body }) => {
    const { expired, accessKeyId } = expirySchema.parse(JSON.parse(body.toString()));
    return { changed: credentials.setExpiry(expired ? new Date() : undefined, accessKeyId) };
  },
};

export async function answerAdmin(state: GatewayState, request: ReceivedRequest): Promise<AwsResponse> {
  const endpoint = endpoints[`${request.method} ${request.path.slice(prefix.length)}`];
  if (!endpoint) return json(404, { error: `There is no ${request.method} ${request.path} here.` });
  try {
    return json(200, await endpoint(state, request));
  } catch (error) {
    if (error instanceof z.ZodError || error instanceof SyntaxError) {
      return json(400, { error: error instanceof z.ZodError ? z.prettifyError(error) : error.message });
    }
    throw error;
  }
}
