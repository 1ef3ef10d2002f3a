/** The user interrupted the engine while a handler was waiting. */
export class Interrupted extends Error {
  constructor(doing: string) {
    super(`interrupted while ${doing}; run the command again to go on`);
    this.name = "Interrupted";
  }
}
