/** What `flux get all` shows, for a summary: each object with its revision, and whether it is ready or what it says. */
import { load, type FluxObject } from "../product.ts";

const { fluxKinds } = await load.fluxKinds();

export interface StatusRow {
  readonly kind: string;
  /** `<namespace>/<name>`. */
  readonly name: string;
  /** Such as `main@sha1:1a2b3c4d` or `2.21.0`; empty for what has none. */
  readonly revision: string;
  readonly ready: boolean;
  readonly message: string;
}

/** Characters of a message that fit beside the rest. */
const longestMessage = 60;

/** One row for each object, sources before what is made of them. */
export function statusRows(objects: readonly FluxObject[]): StatusRow[] {
  const rank = (kind: string): number => fluxKinds.findIndex((known) => known.kind === kind);
  return objects
    .map((object) => ({
      kind: object.kind,
      name: `${object.metadata.namespace}/${object.metadata.name}`,
      revision: shortRevision(revisionOf(object)),
      ...readiness(object),
    }))
    .sort((a, b) => rank(a.kind) - rank(b.kind) || a.name.localeCompare(b.name, "en"));
}

function readiness({ kind, spec, status }: FluxObject): { ready: boolean; message: string } {
  // Nothing looks at a repository of an OCI registry, so that it has no condition.
  if (kind === "HelmRepository" && spec.type === "oci") return { ready: true, message: "" };
  const condition = status?.conditions?.find(({ type }) => type === "Ready");
  const message = (condition?.message ?? "has not been looked at yet").replace(/\s+/g, " ").trim();
  return {
    ready: condition?.status === "True",
    message: message.length > longestMessage ? `${message.slice(0, longestMessage - 1)}…` : message,
  };
}

function revisionOf({ status }: FluxObject): string {
  return status?.artifact?.revision ?? status?.lastAppliedRevision ?? status?.lastAttemptedRevision ?? "";
}

/** A digest by its first eight digits, as Flux's own command line shows it. */
function shortRevision(revision: string): string {
  return revision.replace(/(sha\d+:[0-9a-f]{8})[0-9a-f]+/, "$1");
}
