/** What the guard refuses a change for: where it is, why it is refused, and what to do instead. */

export interface Finding {
  /** From the root of the repository. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** One line: the object, and why it is refused. */
  readonly what: string;
  /** One line: what to do, preferably a command. */
  readonly remedy: string;
}

/** In the order in which a person goes through the files. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  return [...findings].sort((a, b) => compare(a.file, b.file) || a.line - b.line || compare(a.what, b.what));
}

/** `file:line` first, which editors and terminals make a link of. */
export function formatFinding({ file, line, what, remedy }: Finding): string {
  return `${file}:${line}: ${what}\n  ${remedy}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
