/** AWS's refusals: which of them mean that a thing is gone, and how they are worded for people. */

/** `Code: message`, as AWS's refusals are known. */
export function faultText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.name === "Error" || error.message.startsWith(error.name)
    ? error.message
    : `${error.name}: ${error.message}`;
}

/** Whether AWS says that what was asked for does not exist. */
export function isNotFound(error: unknown): boolean {
  return error instanceof Error && /NotFound|NoSuchEntity/.test(error.name);
}

/** The answer, or undefined where AWS says that there is no such thing, or refuses with a `harmless` code. */
export async function found<T>(answer: Promise<T>, harmless?: RegExp): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isNotFound(error) || harmless?.test(faultText(error))) return undefined;
    throw error;
  }
}
