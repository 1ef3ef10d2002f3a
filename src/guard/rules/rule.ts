import type { Change } from "../change.ts";
import type { Finding } from "../finding.ts";

/** One reason to refuse a change. A rule is about the change, or about all that the target would hold: it says which. */
export type Rule = (change: Change) => Finding[];
