/** What Git would apply: every manifest in a checkout, with its line. */
import { glob, readFile } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../../src/errors.ts";
import { manifestsOf, nameOf } from "../../src/guard/manifests.ts";
import type { UsedApi } from "../../src/upgrade/finding.ts";

/** Folders that no Flux applies. */
const left = ["node_modules", ".git", ".github"];

export interface CheckoutApis {
  readonly used: readonly UsedApi[];
  /** `file:line` and why it is no YAML. */
  readonly unreadable: readonly string[];
  readonly files: number;
}

/** @throws {UserError} on a folder without manifests, which somebody took for another one. */
export async function readCheckout(folder: string): Promise<CheckoutApis> {
  const used: UsedApi[] = [];
  const unreadable: string[] = [];
  let files = 0;
  const exclude = (name: string): boolean => left.includes(path.basename(name));
  for await (const file of glob("**/*.{yaml,yml}", { cwd: folder, exclude })) {
    files += 1;
    const { objects, faults } = manifestsOf(file, await readFile(path.join(folder, file), "utf8"));
    unreadable.push(...faults.map(({ line, message }) => `${file}:${line} is no YAML: ${message}`));
    for (const object of objects) {
      if (object.apiVersion === "" || object.kind === "") continue;
      const line = object.field(["apiVersion"])?.line ?? object.line;
      used.push({
        apiVersion: object.apiVersion,
        kind: object.kind,
        object: nameOf(object),
        where: `${file}:${line}`,
        file,
        line,
      });
    }
  }
  if (files > 0) return { used, unreadable, files };
  throw new UserError({
    what: `${folder}: has no YAML files, so that it is no checkout of a GitOps repository.`,
    remedy: "Name its folder: npm run upgrade-check -- sandbox-a --to 1.36 --checkout ../platform",
  });
}
