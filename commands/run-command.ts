/** The end of a command: a refusal is told without a stack trace, and is a failure to whoever called. */
import { UserError } from "../src/errors.ts";

/**
 * @param main sets the exit code itself where it found something.
 * @param failure the exit code after a refusal.
 */
export async function runCommand(main: () => Promise<void>, failure = 1): Promise<void> {
  try {
    await main();
  } catch (error) {
    // Options that are not known are a mistake of the same kind.
    const isMistake = error instanceof UserError || isOfArguments(error);
    if (!isMistake) throw error;
    console.error(error.message);
    process.exitCode = failure;
  }
}

function isOfArguments(error: unknown): error is Error {
  return (
    error instanceof TypeError && String((error as NodeJS.ErrnoException).code).startsWith("ERR_PARSE_ARGS")
  );
}
