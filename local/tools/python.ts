/** The Python programs of the local platform, moto and the aws CLI, in a virtual environment of their own. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { cacheFolder } from "../folders.ts";

const requirements = path.join(import.meta.dirname, "requirements.txt");
/** Of the CLI: pip's own names its Python by a path that the kernel does not find if it has a space. */
const launcher = '#!/bin/sh\nexec "$(dirname "$0")/python" -m awscli "$@"\n';
const digest = createHash("sha256").update(readFileSync(requirements)).update(launcher).digest("hex");
const folder = path.join(cacheFolder, `python-${digest.slice(0, 12)}`);
// A virtual environment cannot be moved into place when it is whole, so a file says that it is.
const complete = path.join(folder, "complete");

/** Usual time of the installation, in seconds, beside a build. */
export const pythonUsualSeconds = 60;

/** Folder with `moto_server` and `aws`. */
export const pythonPrograms = path.join(folder, "bin");

export const pythonReady = (): boolean => existsSync(complete);

/** Makes the virtual environment. @throws with pip's own message. */
export async function installPython(cancelSignal: AbortSignal): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(path.dirname(folder), { recursive: true });
  await execa("python3", ["-m", "venv", folder], { cancelSignal });
  const install = ["install", "--quiet", "--requirement", requirements];
  await execa(path.join(pythonPrograms, "pip"), install, { cancelSignal });
  await writeFile(path.join(pythonPrograms, "aws"), launcher, { mode: 0o755 });
  await writeFile(complete, "");
}
