/** Whose account the credentials are of: nothing is deleted in another one than that in which things were made. */
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { UserError } from "../errors.ts";
import type { Recorded } from "../teardown/resource-inputs.ts";
import type { AwsClients } from "./clients.ts";

/** Twelve digits. */
export async function callersAccount({ sts }: Pick<AwsClients, "sts">): Promise<string> {
  const { Account = "" } = await sts.send(new GetCallerIdentityCommand({}));
  return Account;
}

/** What a resource keeps in mind from the moment at which it is made, by AWS's clock. */
export async function recordNow(aws: Pick<AwsClients, "sts">): Promise<Required<Recorded>> {
  const account = await callersAccount(aws);
  // The client learns from AWS's answers how far this machine's clock is off, and 0 is near enough.
  const now = new Date(Date.now() + aws.sts.config.systemClockOffset);
  return { account, madeAt: now.toISOString() };
}

/** Of the outputs of a resource, which for one of an earlier release hold no time. */
export function recordedIn(outputs: Readonly<Record<string, unknown>>): Recorded {
  const { account, madeAt } = outputs as unknown as Recorded;
  return { account, ...(madeAt !== undefined && { madeAt }) };
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
