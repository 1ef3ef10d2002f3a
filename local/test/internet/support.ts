/** A local internet on a state folder of its own, and clients that reach it as real ones do: through the proxy. */
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { Agent, request as send } from "node:https";
import { tmpdir } from "node:os";
import path from "node:path";
import { buffer } from "node:stream/consumers";
import { execa } from "execa";
import { startInternet, type Internet } from "../../internet/index.ts";
import { Processes } from "../../processes.ts";

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  readonly json: Record<string, unknown>;
}

export interface Sent {
  readonly method?: string;
  readonly token?: string;
  readonly json?: unknown;
  readonly body?: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface TestInternet {
  readonly processes: Processes;
  readonly internet: Internet;
  readonly folder: string;
  /** A request through the proxy, with a token as the password of basic authentication. */
  request(url: string, sent?: Sent): Promise<Reply>;
  /** Git through the proxy; resolves whatever its exit code. */
  git(cwd: string, ...args: string[]): Promise<{ exitCode: number | undefined; text: string }>;
  stop(): Promise<void>;
}

export async function startTestInternet(): Promise<TestInternet> {
  const folder = await mkdtemp(path.join(tmpdir(), "local internet "));
  const processes = new Processes(path.join(folder, "state"));
  const internet = await startInternet({ stateFolder: processes.stateFolder, processes });
  const agent = new Agent({
    proxyEnv: { HTTPS_PROXY: internet.proxyUrl },
    ca: readFileSync(internet.caFile, "utf8"),
  });
  return {
    internet,
    processes,
    folder,
    request: (url, sent = {}) => request(agent, url, sent),
    git: async (cwd, ...args) => {
      const env = {
        ...internet.environment,
        GIT_TERMINAL_PROMPT: "0",
        GIT_CONFIG_GLOBAL: path.join(folder, "none"),
        GIT_AUTHOR_NAME: "tester",
        GIT_AUTHOR_EMAIL: "tester@example.com",
        GIT_COMMITTER_NAME: "tester",
        GIT_COMMITTER_EMAIL: "tester@example.com",
      };
      const { exitCode, all } = await execa("git", args, { cwd, env, all: true, reject: false });
      return { exitCode, text: all };
    },
    stop: async () => {
      agent.destroy();
      await internet.close();
      await processes.stopAll();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A folder with these files, below the test's own. */
export async function folderWith(base: string, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(path.join(base, "files-"));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), content);
  }
  return folder;
}

async function request(
  agent: Agent,
  url: string,
  { method = "GET", token, json, body, headers }: Sent,
): Promise<Reply> {
  const content = json === undefined ? body : Buffer.from(JSON.stringify(json));
  const sentHeaders = {
    ...headers,
    ...(token ? { authorization: basic(token) } : {}),
    // Node sends the length of a DELETE's body only when it is told to.
    ...(content ? { "content-length": content.length } : {}),
  };
  return new Promise((resolve, reject) => {
    const sending = send(url, { agent, method, headers: sentHeaders }, (response) => {
      buffer(response).then((received) => {
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: received,
          get json() {
            return JSON.parse(received.toString()) as Record<string, unknown>;
          },
        });
      }, reject);
    });
    sending.on("error", reject);
    sending.end(content);
  });
}

const basic = (token: string): string => `Basic ${Buffer.from(`x:${token}`).toString("base64")}`;
