/** `Pulumi.<stack>.yaml` as `pulumi config` would tell it: reading it here takes no process for each stack. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { parse } from "yaml";
import type { PulumiCli, StackConfigValues } from "./pulumi-cli.ts";

interface StackFile {
  readonly config?: Readonly<Record<string, unknown>>;
  /** Of Pulumi ESC: what it brings along only Pulumi can tell. */
  readonly environment?: unknown;
}

const project = "kubernetes-sdlc";

/**
 * One of the project's own settings that is a list or an object, as far as it can be read without a passphrase. The stack's
 * file is enough for it: what is asked for may be there before the stack is.
 *
 * @throws {UserError} if there is neither such a file nor such a stack.
 */
export async function stackSetting(
  pulumi: PulumiCli,
  stack: string,
  name: string,
): Promise<Readonly<Record<string, unknown>>> {
  const { values } = (await readStackFile(pulumi.folder, project, stack)) ?? (await pulumi.config(stack));
  return JSON.parse(values[`${project}:${name}`] ?? "{}") as Readonly<Record<string, unknown>>;
}

/** Undefined where only Pulumi itself can tell: without a file, with a damaged one, and with an environment of Pulumi ESC. */
export async function readStackFile(
  folder: string,
  ownProject: string,
  stack: string,
): Promise<StackConfigValues | undefined> {
  const file = await parsed(path.join(folder, `Pulumi.${stack}.yaml`));
  if (file?.config == null || file.environment !== undefined) return undefined;
  const entries = Object.entries(file.config).map(
    ([key, value]) => [key.includes(":") ? key : `${ownProject}:${key}`, value] as const,
  );
  return {
    values: Object.fromEntries(
      entries.flatMap(([key, value]) => (isSecret(value) ? [] : [[key, textOf(value)]])),
    ),
    secretKeys: entries.filter(([, value]) => isSecret(value)).map(([key]) => key),
  };
}

async function parsed(file: string): Promise<StackFile | undefined> {
  try {
    return parse(await readFile(file, "utf8")) as StackFile;
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** One encrypted property makes the whole value a secret. */
function isSecret(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(isSecret);
  if (typeof value !== "object" || value === null) return false;
  return "secure" in value || Object.values(value).some(isSecret);
}
