/** The setting `permissionsBoundary`: a policy's name, its ARN, or `none`. */

/** A policy's name after its path, which may be empty (CreatePolicy: up to 128 characters, path up to 512). */
const policyPath = /(?:[\w+=,.@-]+\/)*[\w+=,.@-]{1,128}/.source;

export const permissionsBoundary = {
  /** The policy of docs/aws-boundary.json, without which docs/aws-policy.json lets nobody make a role. */
  defaultName: "kubernetes-sdlc-boundary",
  /** Roles without a boundary. */
  none: "none",
  pattern: new RegExp(`^(?:arn:aws[a-z-]*:iam::\\d{12}:policy/)?${policyPath}$`),
} as const;

/** The ARN of the policy that `setting` means in an account; undefined where roles have no boundary. */
export function boundaryArn(
  setting: string,
  account: { readonly partition: string; readonly id: string },
): string | undefined {
  if (setting === permissionsBoundary.none) return undefined;
  return setting.startsWith("arn:")
    ? setting
    : `arn:${account.partition}:iam::${account.id}:policy/${setting}`;
}
