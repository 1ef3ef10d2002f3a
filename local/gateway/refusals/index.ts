/** Every refusal of AWS that the emulator lacks, in the order in which they are tried. */
import { interfaceRefusals } from "./ec2-interfaces.ts";
import { networkRefusals, networkRewordings } from "./ec2-network.ts";
import { iamRefusals, iamRewordings } from "./iam.ts";
import { kmsRefusals } from "./kms.ts";
import { loadBalancerRefusals, loadBalancerRewordings } from "./load-balancers.ts";
import { tagRefusals } from "./tags.ts";
import type { Call, Refusal, Rewording } from "./types.ts";
import { AwsFault, type AwsResponse } from "../types.ts";

export const refusals: readonly Refusal[] = [
  ...tagRefusals,
  ...networkRefusals,
  ...interfaceRefusals,
  ...loadBalancerRefusals,
  ...iamRefusals,
  ...kmsRefusals,
];

export const rewordings: readonly Rewording[] = [
  ...networkRewordings,
  ...loadBalancerRewordings,
  ...iamRewordings,
];

/** @throws AwsFault if AWS would refuse the call */
export async function refuse(call: Call): Promise<void> {
  for (const { service, actions, refuse: check } of refusals) {
    if (service !== call.service || !(actions.includes(call.action) || actions.includes("*"))) continue;
    const fault = await check(call);
    if (fault) throw fault;
  }
}

/** @throws AwsFault if the emulator refused the call with a message that is not AWS's */
export function reword(call: Call, response: AwsResponse): void {
  if (response.status < 400) return;
  const rewording = rewordings.find(
    ({ service, action, code }) =>
      service === call.service &&
      action === call.action &&
      response.body.toString().includes(`<Code>${code}</Code>`),
  );
  if (rewording) throw new AwsFault(rewording.code, response.status, rewording.message(call));
}
