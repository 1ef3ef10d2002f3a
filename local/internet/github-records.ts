/** GitHub's REST API for deploy keys, which are kept beside a repository, as every list is that Git has no place for. */
import { readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { found, GitHubFault, route, text, type Call, type Route } from "./github-route.ts";

interface DeployKey {
  readonly id: number;
  readonly title: string;
  readonly key: string;
  readonly read_only: boolean;
}

export async function read<T>(call: Call, name: string): Promise<readonly T[]> {
  const content = await readFile(path.join(call.repository.folder, `${name}.json`), "utf8").catch(
    (error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return "[]";
      throw error;
    },
  );
  return JSON.parse(content) as readonly T[];
}

export async function write(call: Call, name: string, list: readonly unknown[]): Promise<void> {
  const file = path.join(call.repository.folder, `${name}.json`);
  await writeFile(`${file}.new`, JSON.stringify(list, undefined, 2));
  await rename(`${file}.new`, file);
}

export const optional = (call: Call, name: string): string => {
  const value = call.body[name];
  return typeof value === "string" ? value : "";
};

const keyById = async (call: Call): Promise<DeployKey> =>
  found(read<DeployKey>(call, "keys").then((keys) => keys.find(({ id }) => String(id) === call.part["id"])));

export const recordRoutes: readonly Route[] = [
  route("GET", /^\/keys$/, "admin", async (call) => ({ body: await read<DeployKey>(call, "keys") })),
  route("POST", /^\/keys$/, "admin", async (call) => {
    const keys = await read<DeployKey>(call, "keys");
    const key = text(call, "key").trim();
    if (keys.some((other) => other.key === key)) {
      throw new GitHubFault(422, "Validation Failed: key is already in use");
    }
    const id = Math.max(0, ...keys.map((other) => other.id)) + 1;
    const made = { id, title: optional(call, "title"), key, read_only: call.body["read_only"] === true };
    await write(call, "keys", [...keys, made]);
    return { status: 201, body: made };
  }),
  route("GET", /^\/keys\/(?<id>\d+)$/, "admin", async (call) => ({ body: await keyById(call) })),
  route("DELETE", /^\/keys\/(?<id>\d+)$/, "admin", async (call) => {
    const { id } = await keyById(call);
    const keys = await read<DeployKey>(call, "keys");
    await write(
      call,
      "keys",
      keys.filter((key) => key.id !== id),
    );
    return { status: 204 };
  }),
];
