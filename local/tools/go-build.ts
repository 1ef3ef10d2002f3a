/** Builds programs of the catalogue in a wrapper module, so that no source is copied anywhere. */
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import semver from "semver";
import { compilerFlags, toolPath, type GoBuild, type GoTool } from "./catalogue.ts";
import { downloadModule, type DownloadedModule } from "./module-folder.ts";
import { programPath } from "./wheels.ts";

/** Milliseconds in which an interrupted `go` ends by itself and takes its temporary files along. */
const gracefulMilliseconds = 5_000;

/** Of a go.mod, as `go mod edit -json` prints it. */
export interface GoModFile {
  readonly Go?: string;
  readonly Replace: readonly { readonly Old: { readonly Path: string }; readonly New: ModuleRef }[] | null;
}

interface ModuleRef {
  readonly Path: string;
  readonly Version?: string;
}

const isFolder = (target: string): boolean => target.startsWith(".") || path.isAbsolute(target);

/**
 * The `replace` lines that a wrapper repeats, by the path that is replaced. A replacement by a folder of a module's repository
 * becomes one by the published version; without a known version it is dropped. Of two versions the newer one is taken, as Go
 * does with what modules require.
 */
export function replacements(
  modules: readonly { readonly file: GoModFile; readonly siblings?: Readonly<Record<string, string>> }[],
): Map<string, ModuleRef> {
  const found = new Map<string, ModuleRef>();
  for (const { file, siblings = {} } of modules) {
    for (const { Old, New } of file.Replace ?? []) {
      const known = Object.entries(siblings).find(([prefix]) => Old.Path.startsWith(prefix))?.[1];
      const by = isFolder(New.Path) ? known && { Path: Old.Path, Version: known } : New;
      if (by && isNewer(by, found.get(Old.Path))) found.set(Old.Path, by);
    }
  }
  return found;
}

function isNewer(one: ModuleRef, other: ModuleRef | undefined): boolean {
  const [version, otherVersion] = [one.Version, other?.Version].map((text) => semver.parse(text));
  return !version || !otherVersion || version.compare(otherVersion) > 0;
}

/** What `go build` calls the program of a package: the last part of its path that is no version. */
export const programName = (goPackage: string): string =>
  path.posix.basename(goPackage.replace(/\/v\d+$/, ""));

/**
 * Builds `tools`, which are programs of `build`, and puts each in its place, where it appears only when it is complete. Those
 * of `build` that are left out are there already; the modules of all count, so that what is built does not depend on it.
 * @throws with Go's own message when the build fails.
 */
export async function buildGoPrograms(
  build: GoBuild,
  tools: readonly GoTool[],
  workFolder: string,
  cancelSignal: AbortSignal,
): Promise<void> {
  const folder = path.join(workFolder, build.name);
  const programs = path.join(folder, "programs");
  const temporary = path.join(folder, "tmp");
  await rm(folder, { recursive: true, force: true });
  for (const made of [programs, temporary]) await mkdir(made, { recursive: true });
  const command = await programPath("go");
  // A go.work of the user's, or flags such as -mod=vendor, would change what is built.
  const env = {
    GOFLAGS: "-mod=mod -buildvcs=false",
    GOWORK: "off",
    CGO_ENABLED: "0",
    GOTMPDIR: temporary,
    // A compiler lives for a second and seldom needs its memory twice: clearing up takes it a fifth of its time.
    GOGC: "off",
    GOMEMLIMIT: "2GiB",
  };
  const go = async (...args: string[]): Promise<string> => {
    const options = { cwd: folder, env, cancelSignal, killSignal: "SIGINT" } as const;
    return (await execa(command, args, { ...options, forceKillAfterDelay: gracefulMilliseconds })).stdout;
  };

  await writeWrapper(build, folder, cancelSignal, go);
  const linked = build.programs.flatMap((tool) => Object.entries(tool.linked ?? {}));
  await go(
    "build",
    "-trimpath",
    ...compilerFlags().map((flags) => `-gcflags=${flags}`),
    `-ldflags=${["-s", "-w", ...linked.map(([name, value]) => `-X ${name}=${value}`)].join(" ")}`,
    "-o",
    `${programs}${path.sep}`,
    ...tools.map((tool) => tool.package),
  );
  for (const tool of tools) {
    const target = toolPath(tool.name);
    await mkdir(path.dirname(target), { recursive: true });
    await rename(path.join(programs, programName(tool.package)), target);
  }
  await rm(folder, { recursive: true, force: true });
}

async function writeWrapper(
  build: GoBuild,
  folder: string,
  signal: AbortSignal,
  go: (...args: string[]) => Promise<string>,
): Promise<void> {
  const tools = [...new Map(build.programs.map((tool) => [tool.module, tool])).values()];
  const modules: (GoTool & DownloadedModule & { file: GoModFile })[] = [];
  for (const tool of tools) {
    const downloaded = await downloadModule(tool.module, tool.version, signal);
    const file = JSON.parse(await go("mod", "edit", "-json", downloaded.GoMod)) as GoModFile;
    modules.push({ ...tool, ...downloaded, file });
  }
  const versions = modules.map(({ file }) => file.Go ?? "1.24");
  const newest = versions.sort((one, other) => one.localeCompare(other, "en", { numeric: true })).at(-1);
  await writeFile(path.join(folder, "go.mod"), `module local.build/${build.name}\n`);
  await go(
    "mod",
    "edit",
    `-go=${newest ?? "1.24"}`,
    ...modules.map(({ module, version }) => `-require=${module}@${version}`),
    ...[...replacements(modules)].map(([old, by]) => `-replace=${old}=${by.Path}@${by.Version ?? ""}`),
  );
  const sums = await Promise.all(modules.map(({ Dir }) => readFile(path.join(Dir, "go.sum"), "utf8")));
  const lines = new Set(sums.flatMap((text) => text.split("\n")));
  await writeFile(path.join(folder, "go.sum"), [...lines, ""].join("\n"));
}
