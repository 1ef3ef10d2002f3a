/** Errors for people: what failed and why on one line, what to do on the next, several at once. */

export interface Mistake {
  /** One line: the object's name, what is wrong with it, and why. */
  readonly what: string;
  /** One line: what to do, preferably a command that can be pasted. */
  readonly remedy: string;
}

/**
 * A refusal that the person at the keyboard can do something about. Its message is complete: it is printed
 * without a stack trace, which would point at this program and not at the mistake.
 */
export class UserError extends Error {
  readonly mistakes: readonly Mistake[];

  /** @param title a line above the mistakes, for when there may be several of them. */
  constructor(mistakes: Mistake | readonly Mistake[], title?: string) {
    const all = "what" in mistakes ? [mistakes] : mistakes;
    const indent = title === undefined ? "" : "  ";
    const lines = all.flatMap(({ what, remedy }) => [`${indent}${what}`, `${indent}  ${remedy}`]);
    super([...(title === undefined ? [] : [title]), ...lines].join("\n"));
    this.name = "UserError";
    this.mistakes = all;
  }
}
