/** Production's move to a release: one value of one file, and otherwise the same bytes. */
import { isMap, isScalar, parseAllDocuments } from "yaml";
import { UserError } from "../errors.ts";
import { platformSource } from "../flux/api.ts";

/**
 * The file with `tag` in `spec.ref.tag` of the OCIRepository `platform`.
 *
 * @throws {UserError} if it has no tag there.
 */
export function withTag(file: string, content: string, tag: string): string {
  for (const document of parseAllDocuments(content)) {
    const isSource =
      isMap(document.contents) &&
      document.get("kind") === "OCIRepository" &&
      document.getIn(["metadata", "name"]) === platformSource;
    const value = isSource ? document.getIn(["spec", "ref", "tag"], true) : undefined;
    if (!isScalar(value) || !value.range) continue;
    const [start, end] = value.range;
    return content.slice(0, start) + quoted(tag) + content.slice(end);
  }
  throw new UserError({
    what: `${file}: OCIRepository ${platformSource} has no ref.tag, which is what production runs.`,
    remedy: "Name one release there: ref: { tag: 0.0.1 }",
  });
}

/** `0.1` would be a number to YAML; `0.0.1` is a text. */
function quoted(tag: string): string {
  return /^\d+\.\d+\.\d+/.test(tag) ? tag : JSON.stringify(tag);
}
