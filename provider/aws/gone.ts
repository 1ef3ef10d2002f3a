/** How AWS says that something is not there: the one place that tells it from a refusal. */

interface AwsError extends Error {
  readonly Code?: string;
}

/** The code of AWS's answer; the query protocols keep it apart from the name of the class. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  return (error as AwsError).Code ?? error.name;
}

/**
 * Each service has names of its own: `InvalidVolume.NotFound`, `LoadBalancerNotFound`, `ResourceNotFoundException`, KMS's
 * `NotFoundException`, IAM's `NoSuchEntity`.
 */
export function isGone(error: unknown): boolean {
  return /(NotFound|^NoSuchEntity)(Exception|Fault)?$/.test(codeOf(error));
}

/** Undefined for what is not there, such as what was deleted between its listing and this question. */
export async function whileThere<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}
