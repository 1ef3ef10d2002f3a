/**
 * With which token GitHub is asked. One of the stack's credentials stands in the state, secret. That of whoever runs Pulumi is in
 * GITHUB_TOKEN: everybody has another one, and it is kept nowhere.
 */
import { UserError } from "../errors.ts";
import type { Change, Properties } from "../plugin/implementation.ts";
import { isRecord, omit } from "../plugin/values.ts";

/**
 * For what an `up` makes: the stack's own goes before that of whoever runs it.
 *
 * @param subject what it is for, in the error: `branch cluster/sandbox-a of acme/platform`.
 * @throws {UserError} without a token.
 */
export function tokenToMake(ofTheStack: string | undefined, subject: string): string {
  return present(ofTheStack) ?? ambient() ?? missing(subject);
}

/**
 * For what is recorded, and found again by a refresh or a destroy: an `up` may have recorded its token long ago.
 *
 * @throws {UserError} without a token.
 */
export function tokenToFind(recorded: string | undefined, subject: string): string {
  return ambient() ?? present(recorded) ?? missing(subject);
}

function ambient(): string | undefined {
  return present(process.env["GITHUB_TOKEN"]);
}

function present(token: string | undefined): string | undefined {
  return token === "" ? undefined : token;
}

function missing(subject: string): never {
  throw new UserError({
    what: `${subject}: there is no token to ask GitHub with. Nothing was touched there.`,
    remedy:
      "export GITHUB_TOKEN=… with one that may write Contents of this repository, and run the command again.",
  });
}

/** Properties as they are compared and as they are answered: neither knows the token. */
export function withoutToken(properties: Properties): Properties {
  return omit(properties, ["token"]);
}

/**
 * The change that takes out of the state what an earlier release has left in the outputs: a token that nobody may have
 * given to the stack.
 *
 * @param outputs recorded; those of this release hold none.
 */
export function recordedToken(outputs: unknown, path: string): Change[] {
  if (!isRecord(outputs) || outputs["token"] === undefined) return [];
  return [{ path, kind: "delete", replace: false }];
}
