/** The account in an ARN, twelve digits; undefined where it names none. */
export function accountOf(arn: string): string | undefined {
  const account = arn.split(":")[4];
  return account === undefined || account === "" ? undefined : account;
}
