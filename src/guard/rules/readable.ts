/** What is no YAML stops Flux, and cannot be judged by any other rule. About all that the target would hold. */
import { isGuarded } from "../change.ts";
import type { Rule } from "./rule.ts";

export const readableRule: Rule = ({ after }) =>
  [...after.files.keys()].filter(isGuarded).flatMap((file) =>
    after.manifests(file).faults.map(({ line, message }) => ({
      file,
      line,
      what: `is not YAML: ${message.replace(/[:.]$/, "")}.`,
      remedy: "Mend it: Flux applies nothing of a folder that has such a file.",
    })),
  );
