/** What a cluster follows from a ticket's branch on is the ticket, merged or not. About all clusters of the target. */
import { isClusterFile, isSandboxFile } from "../places.ts";
import { nameOf } from "../manifests.ts";
import { isFlux } from "../versions.ts";
import type { Rule } from "./rule.ts";

const heads = "refs/heads/";

export const followedBranchRule: Rule = ({ after, branch }) =>
  after
    .objects()
    .filter((object) => isClusterFile(object.file) && !isSandboxFile(object.file))
    .filter((object) => isFlux(object, "GitRepository"))
    .flatMap((object) => {
      const named = object.field(["spec", "ref", "branch"]);
      // Any reference by its full name; it wins over the branch.
      const full = object.field(["spec", "ref", "name"]);
      const followed = [
        { field: named, name: named?.value },
        {
          field: full,
          name: String(full?.value).startsWith(heads) && String(full?.value).slice(heads.length),
        },
      ];
      return followed.flatMap(({ field, name }) =>
        field === undefined || typeof name !== "string" || name === branch
          ? []
          : [
              {
                file: object.file,
                line: field.line,
                what: `${nameOf(object)} follows the branch ${name}; on ${branch} a cluster follows ${branch} alone.`,
                remedy: `Write ref.branch: ${branch}. A sandbox gets its own copy of this file, with its branch in it.`,
              },
            ],
      );
    });
