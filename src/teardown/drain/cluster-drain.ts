/**
 * `sdlc:teardown:ClusterDrain`: made right after Flux's controllers, so that everything Flux reconciles is deleted by it and
 * nothing else. Creating and updating it checks its inputs; its deletion empties the cluster.
 */
import { UserError } from "../../errors.ts";
import type { ClusterDrainInputs } from "../resource-inputs.ts";
import { type AwsClients, withAws } from "../../aws/clients.ts";
import { tokenToFind } from "../../github/token.ts";
import {
  ApiRefusal,
  ApiUnreachable,
  ClusterApi,
  CredentialFault,
  usualPatience,
  type ApiPatience,
} from "../../kubernetes/api.ts";
import { Interrupted } from "../../plugin/failures.ts";
import type { OperationContext, Properties, ResourceHandler } from "../../plugin/implementation.ts";
import { containsUnknown } from "../../plugin/values.ts";
import { checkSubject } from "../check-inputs.ts";
import { asPart, type PartAtWork } from "../part.ts";
import { drainCluster } from "./drain.ts";
import { heldInAws } from "./held-in-aws.ts";
import { Watches } from "./watches.ts";
import { askAws, whyNothingToDrain } from "./which-cluster.ts";

const required = [
  "stack",
  "environment",
  "region",
  "clusterName",
  "stackTag",
  "allowDestroy",
  "clusterArn",
  "kubeconfig",
];

/** In milliseconds: an API server that has not answered after this is not reached. */
const probeDeadline = 30_000;

export const clusterDrain: ResourceHandler<undefined> = {
  inputs: [...required, "needsGitHubToken"],
  required,
  replaceOn: ["clusterArn"],
  deleteBeforeReplace: true,
  check: (_context, inputs) => ({ inputs, failures: [...checkSubject(inputs), ...wrongArn(inputs)] }),
  create: (context, inputs) => Promise.resolve({ id: context.name, outputs: inputs }),
  update: (_context, _resource, news) => Promise.resolve(news),
  read: (_context, { id, inputs, outputs }) => Promise.resolve({ id, inputs, outputs }),
  delete: (context, { inputs }) => drain(context, inputs as unknown as ClusterDrainInputs),
};

function wrongArn(inputs: Properties): { property: string; reason: string }[] {
  const { clusterArn } = inputs;
  if (containsUnknown(clusterArn) || /^arn:[^:]+:eks:[^:]+:\d{12}:cluster\//.test(String(clusterArn)))
    return [];
  return [
    {
      property: "clusterArn",
      reason: `${String(clusterArn)} is no ARN of an EKS cluster. Give the cluster's own output.`,
    },
  ];
}

async function drain(context: OperationContext<undefined>, inputs: ClusterDrainInputs): Promise<void> {
  const { stack, environment, clusterName, allowDestroy, kubeconfig, needsGitHubToken, ...subject } = inputs;
  if (!allowDestroy) {
    throw new UserError({
      what: `The stack ${stack} must not be destroyed: its setting allowDestroy is false. Nothing was touched.`,
      remedy: "pulumi config set allowDestroy true, pulumi up, and then pulumi destroy.",
    });
  }
  const warn = (line: string): void => {
    context.log("warning", line);
  };
  const work = async ({ choices, journal }: PartAtWork): Promise<void> => {
    if (choices.teardown === "skip") {
      journal.append({ type: "skipped", part: "drain", why: "SDLC_TEARDOWN=skip" });
      context.log("warning", skipped(clusterName));
      return;
    }
    // What is at GitHub goes last, hours from now: the time to say that nobody may delete it is before all else.
    if (needsGitHubToken === true) tokenToFind(undefined, `The stack ${stack}`);
    const withClients = async (aws: AwsClients): Promise<void> => {
      context.status(`asking AWS for the cluster ${clusterName}`);
      const nothing = whyNothingToDrain(inputs, await askAws(aws, clusterName));
      if (nothing !== undefined) {
        journal.append({ type: "skipped", part: "drain", why: nothing });
        context.log("info", `${nothing}: there is nothing to drain.`);
        return;
      }
      context.status(`asking the API of ${clusterName}`);
      await probe(kubeconfig, clusterName, context.signal);
      // Somebody logs in again, or mends the network: it goes on, as it does where AWS's own credentials expire.
      const patience = {
        answer: 30_000,
        retrying: Math.max(choices.deadlineSeconds * 1000, usualPatience.retrying),
        tell: context.status,
      };
      const { objects, waves } = await withCluster(kubeconfig, patience, context.signal, (api, watches) =>
        drainCluster({
          subject: { ...subject, stack, environment, clusterName },
          choices,
          api,
          watches,
          aws: heldInAws({ aws, clusterName, stackTag: subject.stackTag }),
          journal,
          status: rarely(context.status),
          warn,
          signal: context.signal,
        }),
      );
      context.log("info", `${clusterName} is drained: ${objects} objects in ${waves} waves.`);
    };
    const renewal = { seconds: choices.deadlineSeconds, status: context.status };
    await withAws(subject.region, context.signal, withClients, renewal);
  };
  await asPart("drain", inputs, work, warn);
}

async function withCluster<T>(
  kubeconfig: string,
  patience: ApiPatience,
  signal: AbortSignal,
  work: (api: ClusterApi, watches: Watches) => Promise<T>,
): Promise<T> {
  const api = new ClusterApi(kubeconfig, signal, patience);
  const watches = new Watches(api);
  try {
    return await work(api, watches);
  } finally {
    await watches.stop();
    api.close();
  }
}

/**
 * An API server that does not answer, or refuses whoever asks, is an error: never a cluster that is gone.
 * @throws {UserError}
 */
export async function probe(kubeconfig: string, clusterName: string, signal: AbortSignal): Promise<void> {
  const api = new ClusterApi(kubeconfig, signal, { answer: 10_000, retrying: probeDeadline });
  try {
    await api.get("/apis");
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    throw new UserError(unreachable(clusterName, error));
  } finally {
    api.close();
  }
}

function unreachable(clusterName: string, error: unknown): { what: string; remedy: string } {
  const why = error instanceof Error ? error.message : String(error);
  const again = "run pulumi destroy again";
  if (error instanceof ApiRefusal && (error.code === 401 || error.code === 403)) {
    return {
      what: `The cluster ${clusterName} refuses whoever runs pulumi (${error.code}): ${why}. Nothing was touched.`,
      remedy: `Give this principal an access entry with AmazonEKSClusterAdminPolicy (aws eks create-access-entry, associate-access-policy), and ${again}.`,
    };
  }
  if (error instanceof CredentialFault) {
    return {
      what: `The cluster ${clusterName}: ${why}. Nothing was touched.`,
      remedy: `Look at your AWS credentials and at the aws CLI (aws eks get-token --cluster-name ${clusterName}), and ${again}.`,
    };
  }
  const silent = error instanceof ApiUnreachable ? ` for ${probeDeadline / 1000} s` : "";
  return {
    what: `The API of the cluster ${clusterName} cannot be reached${silent}: ${why}. AWS says that the cluster is there, so nothing was touched.`,
    remedy: `Look at endpoint.allowedCidrs and at the network between, and ${again}. If that cannot be mended, SDLC_TEARDOWN=skip goes on without, and what the cluster made in AWS may stay.`,
  };
}

function skipped(clusterName: string): string {
  return (
    `SDLC_TEARDOWN is skip: nothing in the cluster ${clusterName} is deleted in order. ` +
    "What its controllers made in AWS may stay behind: load balancers, target groups and their security groups, " +
    "volumes of claims, instances of Karpenter, DNS records. The sweep is skipped as well."
  );
}

/** The engine repaints a row for every line; twice in a second is enough for people. */
function rarely(show: (line: string) => void): (line: string) => void {
  let shown = "";
  let at = 0;
  return (line) => {
    if (line === shown || Date.now() - at < 500) return;
    shown = line;
    at = Date.now();
    show(line);
  };
}
