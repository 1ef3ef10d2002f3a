/** Where the local platform keeps its things: tools once per machine, state once per checkout. */
import { homedir } from "node:os";
import path from "node:path";

export const checkout = path.resolve(import.meta.dirname, "..");

/** Built tools, keyed by version, shared by every checkout. `SDLC_CACHE` puts it elsewhere. */
export const cacheFolder =
  process.env["SDLC_CACHE"] ??
  path.join(process.env["XDG_CACHE_HOME"] ?? path.join(homedir(), ".cache"), "kubernetes-sdlc");

/** State of the running platform; `LOCAL_STATE` puts it elsewhere, as the tests do. Ignored by Git. */
export const stateFolder = process.env["LOCAL_STATE"] ?? path.join(checkout, ".local");
