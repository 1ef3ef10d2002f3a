/**
 * Deletes in AWS what the cluster made and the state does not know: what would hold the VPC, or cost money unseen. It is made
 * before the cluster and so deleted after it, before the network.
 */
import { UserError } from "../../errors.ts";
import type { CloudSweepInputs, Recorded } from "../resource-inputs.ts";
import { recordNow, recordedIn, requireAccount } from "../../aws/account.ts";
import { type AwsClients, withAws } from "../../aws/clients.ts";
import { AwsGate } from "../../aws/gate.ts";
import { type FoundCluster, findCluster } from "../../aws/kinds/clusters.ts";
import type { OperationContext, Properties, ResourceHandler } from "../../plugin/implementation.ts";
import { waitFor } from "../../plugin/wait.ts";
import { lawScopeOf } from "../law-scope.ts";
import { checkSubject } from "../check-inputs.ts";
import { asPart, type PartAtWork } from "../part.ts";
import { Sweep } from "./sweep.ts";

const subject = ["stack", "environment", "region", "clusterName", "stackTag"];

export const cloudSweep: ResourceHandler<undefined> = {
  inputs: [...subject, "vpcId"],
  required: [...subject, "vpcId"],
  outputs: ["account", "madeAt"],
  // Another VPC, region or cluster is another place: the sweep of the old one happens when the engine deletes that, after its
  // cluster and before its subnets.
  replaceOn: ["region", "clusterName", "vpcId"],
  check: (_context, inputs) => ({ inputs, failures: checkSubject(inputs) }),
  create: async (context, inputs) => {
    const recorded = await withAws(inputsOf(inputs).region, context.signal, recordNow);
    return { id: `${recorded.account}:${inputsOf(inputs).vpcId}`, outputs: { ...inputs, ...recorded } };
  },
  update: (_context, { outputs }, news) => Promise.resolve({ ...news, ...recordedIn(outputs) }),
  read: (_context, { id, inputs, outputs }) => Promise.resolve({ id, inputs, outputs }),
  delete: (context, { inputs, outputs }) =>
    asPart(
      "sweep",
      inputsOf(inputs),
      (at) => sweepAll(context, inputsOf(inputs), recordedIn(outputs), at),
      (line) => {
        context.log("warning", line);
      },
    ),
};

function inputsOf(properties: Properties): CloudSweepInputs {
  return properties as unknown as CloudSweepInputs;
}

async function sweepAll(
  context: OperationContext<undefined>,
  inputs: CloudSweepInputs,
  recorded: Recorded,
  { choices, journal }: PartAtWork,
): Promise<void> {
  const { stack, region, clusterName } = inputs;
  if (choices.teardown === "skip") {
    journal.append({ type: "skipped", part: "sweep", why: "SDLC_TEARDOWN=skip" });
    context.log(
      "warning",
      `Nothing is swept (SDLC_TEARDOWN=skip): load balancers, volumes, interfaces and security groups that cluster ${clusterName} made may stay, cost money, and hold ${inputs.vpcId}.`,
    );
    return;
  }
  const { status, signal } = context;
  const work = async (aws: AwsClients): Promise<void> => {
    const checkAccount = (): Promise<void> => requireAccount(aws, recorded.account, stack);
    await checkAccount();
    const other = await clusterElsewhere(aws, inputs, context, choices.deadlineSeconds);
    if (other !== undefined) {
      context.log(
        "info",
        `Another cluster ${clusterName} exists in ${other.vpcId}: volumes and log groups of that name may be its own, and stay.`,
      );
    }
    const order = {
      aws,
      gate: new AwsGate(aws, lawScopeOf(inputs, recorded, journal.read(), [inputs.vpcId])),
      scope: inputs,
      choices,
      journal,
      outsideVpc: other === undefined,
      checkAccount,
      status,
      signal,
    };
    const deleted = await new Sweep(order).run();
    if (deleted > 0)
      context.log("info", `${deleted} things that cluster ${clusterName} left in AWS were deleted.`);
  };
  await withAws(region, signal, work, { seconds: choices.deadlineSeconds, status });
}

/**
 * Waits for a cluster that is being deleted. One of that name in another VPC is another one, of another stack or of this one
 * after its VPC was replaced.
 *
 * @throws {UserError} if the cluster is still there.
 */
async function clusterElsewhere(
  aws: AwsClients,
  { stack, clusterName, vpcId }: CloudSweepInputs,
  { status, signal }: OperationContext<undefined>,
  timeoutSeconds: number,
): Promise<FoundCluster | undefined> {
  const what = `EKS to delete cluster ${clusterName}`;
  return waitFor<FoundCluster | undefined>({ what, timeoutSeconds, signal, status }, async () => {
    const cluster = await findCluster(aws, clusterName);
    if (cluster === undefined || cluster.vpcId !== vpcId) return { done: { value: cluster } };
    if (cluster.status === "DELETING") return { state: "usually 1 to 9 minutes" };
    throw new UserError({
      what: `Stack ${stack}: cluster ${clusterName} still exists in ${vpcId} (${cluster.status}), so what it made is still in use. Nothing was touched.`,
      remedy: `Let pulumi destroy delete it first; one that the stack no longer knows: aws eks delete-cluster --region ${aws.region} --name ${clusterName}. Then run the command again.`,
    });
  });
}
