import { UserError as ProgramError } from "./product.ts";

/** A failure of the local platform as a person should read it: a line of cause, a line of remedy, details below. */
export class UserError extends ProgramError {
  /** What the failing program itself said. */
  readonly details: string;

  constructor(cause: string, remedy: string, details = "") {
    super({ what: cause, remedy });
    this.details = details.trimEnd();
  }
}
