/**
 * Stack files for the local platform. Pulumi writes a salt into a stack's file when the stack is made; the
 * committed files stay as they are, and the engine is given a copy under the state folder with the salt.
 */
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseDocument, type Document } from "yaml";
import { checkout } from "../folders.ts";
import { UserError } from "../user-error.ts";

/** A folder with a Pulumi.yaml of the same project, in which `pulumi stack init` may write. */
export const shadowProject = (stateFolder: string): string => path.join(stateFolder, "project");

export const stackFile = (stack: string): string => path.join(checkout, `Pulumi.${stack}.yaml`);

const saltedFile = (stateFolder: string, stack: string): string =>
  path.join(shadowProject(stateFolder), `Pulumi.${stack}.yaml`);

export const localStackFile = (stateFolder: string, stack: string): string =>
  path.join(stateFolder, "stacks", `Pulumi.${stack}.yaml`);

export async function writeShadowProject(stateFolder: string): Promise<void> {
  await mkdir(shadowProject(stateFolder), { recursive: true });
  const project = parseDocument(await readFile(path.join(checkout, "Pulumi.yaml"), "utf8"));
  const name = String(project.get("name"));
  await writeFile(path.join(shadowProject(stateFolder), "Pulumi.yaml"), `name: ${name}\nruntime: nodejs\n`);
}

/** What Pulumi wrote: the salt, and the secrets of the local platform that it encrypted with it. */
interface SaltedFile {
  readonly encryptionsalt: string;
  readonly config?: Readonly<Record<string, unknown>>;
}

/** What a stack without a file of its own is made from: the template for sandboxes. */
export const sandboxTemplate = path.join(checkout, "stacks", "Pulumi.sandbox.template.yaml");

/** @throws {UserError} that names the line where the file is not YAML. */
export async function readStackFile(file: string): Promise<Document> {
  const document = parseDocument(await readFile(file, "utf8"));
  const [mistake] = document.errors;
  if (!mistake) return document;
  throw new UserError(
    `${path.basename(file)} cannot be read: ${mistake.message.split(":\n")[0] ?? ""}.`,
    "Mend that line, then run the same command again.",
    mistake.message,
  );
}

/** `sandbox.kind` of a stack; undefined where it is the usual one. */
export async function sandboxKind({
  stack,
  config = {},
}: {
  readonly stack: string;
  readonly config?: Readonly<Record<string, unknown>>;
}): Promise<unknown> {
  const key = "kubernetes-sdlc:sandbox";
  const file = existsSync(stackFile(stack)) ? stackFile(stack) : sandboxTemplate;
  const settings =
    config[key] ?? (parseDocument(await readFile(file, "utf8")).toJS() as StackFile).config?.[key];
  return (settings as { readonly kind?: unknown } | undefined)?.kind;
}

interface StackFile {
  readonly config?: Readonly<Record<string, unknown>>;
}

/**
 * Writes the stack's file as the engine shall see it and returns its path. `config` takes the place of what
 * the file says under the same keys, such as `kubernetes-sdlc:cidr`.
 */
export async function writeLocalStackFile(
  stateFolder: string,
  stack: string,
  config: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const document = await readStackFile(existsSync(stackFile(stack)) ? stackFile(stack) : sandboxTemplate);
  for (const [key, value] of Object.entries(config)) {
    if (value === undefined) document.deleteIn(["config", key]);
    else document.setIn(["config", key], value);
  }
  const salted = saltedFile(stateFolder, stack);
  if (existsSync(salted)) {
    const own = parseDocument(await readFile(salted, "utf8")).toJS() as SaltedFile;
    document.set("encryptionsalt", own.encryptionsalt);
    for (const [key, value] of Object.entries(own.config ?? {})) document.setIn(["config", key], value);
  }
  const file = localStackFile(stateFolder, stack);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, document.toString());
  return file;
}
