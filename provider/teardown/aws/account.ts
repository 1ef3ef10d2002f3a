/** Whose account the credentials are of: nothing is deleted in another one than that in which things were made. */
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { UserError } from "../../../src/errors.ts";
import type { AwsClients } from "./clients.ts";

/** Twelve digits. */
export async function callersAccount({ sts }: Pick<AwsClients, "sts">): Promise<string> {
  const { Account = "" } = await sts.send(new GetCallerIdentityCommand({}));
  return Account;
}

/** @throws {UserError} in another account than the recorded one. */
export async function requireAccount(
  aws: Pick<AwsClients, "sts">,
  recorded: string,
  stack: string,
): Promise<void> {
  const account = await callersAccount(aws);
  if (account === recorded) return;
  throw new UserError({
    what: `Stack ${stack}: it was made in the AWS account ${recorded}, and the credentials are of ${account}. Nothing was touched.`,
    remedy: `Take the credentials of ${recorded} (AWS_PROFILE, aws sts get-caller-identity), and run the command again.`,
  });
}
