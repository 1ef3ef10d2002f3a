/** What the services of AWS call the refusal to tell of something that is not there. */
const notThere = new Set(["NoSuchEntity", "NoSuchEntityException", "ResourceNotFoundException"]);

/** Undefined for what was deleted between its listing and this question. */
export async function whileThere<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && notThere.has(error.name)) return undefined;
    throw error;
  }
}
