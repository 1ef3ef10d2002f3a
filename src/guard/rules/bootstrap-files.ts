/**
 * Files of `flux bootstrap` belong to one cluster: carried to another, its root sync follows the first one's branch and
 * directory, and prunes what it had applied. About the change.
 */
import path from "node:path";
import { componentsFile } from "../change.ts";
import { isSandboxFile } from "../places.ts";
import type { Rule } from "./rule.ts";

const bootstrapFiles = ["gotk-sync.yaml", componentsFile];

export const bootstrapFilesRule: Rule = ({ before, after, changed, branch }) =>
  changed
    .filter((file) => bootstrapFiles.includes(path.posix.basename(file)))
    // A sandbox's directory has no place here, and what has no place may go.
    .filter((file) => after.files.has(file) || !isSandboxFile(file))
    .map((file) => {
      const [old, now] = [before.files.get(file), after.files.get(file)];
      const how = old === undefined ? "added" : now === undefined ? "deleted" : "changed";
      return {
        file,
        line: firstDifference(old ?? "", now ?? ""),
        what: `is ${how}: it belongs to the cluster that was bootstrapped with it, and no change carries it to another.`,
        remedy:
          old === undefined
            ? `Take it out of the change: git rm --cached ${file}`
            : `Take it out of the change: git checkout origin/${branch} -- ${file}`,
      };
    });

/** The first line in which two texts differ, from 1; 1 where one of them is empty. */
function firstDifference(old: string, now: string): number {
  if (old === "" || now === "") return 1;
  const [a, b] = [old.split("\n"), now.split("\n")];
  const index = b.findIndex((line, at) => line !== a[at]);
  return (index < 0 ? b.length : index) + 1;
}
