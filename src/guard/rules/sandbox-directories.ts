/** A sandbox's directory goes with the sandbox, on a branch of its own. About all that the target would hold. */
import { sandboxOf } from "../places.ts";
import type { Rule } from "./rule.ts";

export const sandboxDirectoriesRule: Rule = ({ after, branch }) => {
  const first = new Map<string, string>();
  for (const file of [...after.files.keys()].sort()) {
    const sandbox = sandboxOf(file);
    if (sandbox !== undefined && !first.has(sandbox)) first.set(sandbox, file);
  }
  return [...first].map(([sandbox, file]) => ({
    file,
    line: 1,
    what: `clusters/${sandbox} is the directory of a sandbox, and ${branch} would keep it after the sandbox is gone.`,
    remedy: `Take it out: git rm -r clusters/${sandbox}. Pulumi keeps it on the branch cluster/${sandbox}.`,
  }));
};
