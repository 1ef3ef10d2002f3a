/** Builds one Go program of the catalogue in a wrapper module, so that no source is copied anywhere. */
import { execFile } from "node:child_process";
import { copyFile, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import type { GoTool } from "./catalogue.ts";
import { downloadModule } from "./module-folder.ts";

const run = promisify(execFile);
const MiB = 1024 * 1024;

interface GoModFile {
  readonly Replace: readonly { readonly Old: { readonly Path: string }; readonly New: ModuleRef }[] | null;
  readonly Require: readonly ModuleRef[] | null;
}

interface ModuleRef {
  readonly Path: string;
  readonly Version?: string;
}

const isFolder = (target: string): boolean => target.startsWith(".") || path.isAbsolute(target);

/**
 * The `go mod edit` flags that repeat a module's own `replace` lines in a wrapper. A replacement by a folder
 * of the module's repository becomes one by the published version; without a known version it is dropped.
 */
export function replaceFlags(file: GoModFile, siblings: Readonly<Record<string, string>>): string[] {
  return (file.Replace ?? []).flatMap(({ Old, New }) => {
    if (!isFolder(New.Path)) return [`-replace=${Old.Path}=${New.Path}@${New.Version ?? ""}`];
    const known = Object.entries(siblings).find(([prefix]) => Old.Path.startsWith(prefix));
    return known ? [`-replace=${Old.Path}=${Old.Path}@${known[1]}`] : [];
  });
}

/**
 * Builds `tool` and puts the program at `target`, which appears only when it is complete.
 * @throws with Go's own message when the build fails.
 */
export async function buildGoTool(
  tool: GoTool,
  workFolder: string,
  target: string,
  signal: AbortSignal,
): Promise<void> {
  const folder = path.join(workFolder, tool.name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await mkdir(path.dirname(target), { recursive: true });
  // A go.work of the user's, or flags such as -mod=vendor, would change what is built.
  const env = { ...process.env, GOFLAGS: "-mod=mod -buildvcs=false", GOWORK: "off", CGO_ENABLED: "0" };
  const go = async (...args: string[]): Promise<string> =>
    (await run("go", args, { cwd: folder, env, signal, maxBuffer: 64 * MiB })).stdout;

  const module = await downloadModule(tool.module, tool.version, signal);
  const own = JSON.parse(await go("mod", "edit", "-json", module.GoMod)) as GoModFile;
  await writeFile(path.join(folder, "go.mod"), `module local.build/${tool.name}\n`);
  await go(
    "mod",
    "edit",
    `-go=${await goLine(module.GoMod)}`,
    `-require=${tool.module}@${tool.version}`,
    ...replaceFlags(own, tool.siblings ?? {}),
  );
  await copyFile(path.join(module.Dir, "go.sum"), path.join(folder, "go.sum"));

  const linked = Object.entries(tool.linked ?? {}).map(([name, value]) => `-X ${name}=${value}`);
  const output = path.join(folder, tool.name);
  await go(
    "build",
    "-trimpath",
    // Nobody debugs these programs, and writing DWARF takes a tenth of the compiler's time.
    "-gcflags=all=-dwarf=false",
    ...(tool.tags ? [`-tags=${tool.tags.join(",")}`] : []),
    `-ldflags=${["-s", "-w", ...linked].join(" ")}`,
    "-o",
    output,
    tool.package,
  );
  await rename(output, target);
  await rm(folder, { recursive: true, force: true });
}

async function goLine(goMod: string): Promise<string> {
  return /^go (\S+)/m.exec(await readFile(goMod, "utf8"))?.[1] ?? "1.24";
}
