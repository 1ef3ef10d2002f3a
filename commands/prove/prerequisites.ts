/** What has to be in a cluster before a proof makes sense there; all that is missing is said at once. */
import { describeObject } from "../../src/kubernetes-object.ts";
import { UserError, type Mistake } from "../../src/errors.ts";
import { loadTest, proofLabel, scaledObject, target } from "../../src/prove/objects.ts";
import type { ProofCluster } from "./cluster.ts";

/** @throws {UserError} with everything that is missing. */
export async function checkPrerequisites(cluster: ProofCluster, stack: string): Promise<void> {
  const checks = await Promise.all([
    scaledKind(cluster, stack),
    application(cluster, stack),
    measurements(cluster, stack),
  ]);
  const mistakes = checks.filter((mistake) => mistake !== undefined);
  if (mistakes.length > 0) throw new UserError(mistakes, `${stack}: KEDA cannot be proved there yet.`);
}

async function scaledKind(cluster: ProofCluster, stack: string): Promise<Mistake | undefined> {
  const name = "scaledobjects.keda.sh";
  const header = { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" };
  if ((await cluster.read({ ...header, metadata: { name } })) !== undefined) return undefined;
  return {
    what: `services.keda: the cluster does not know ${scaledObject.kind}, so that KEDA is not in it.`,
    remedy: `pulumi config set --stack ${stack} --path services.keda.delivery cluster, then pulumi up`,
  };
}

async function application(cluster: ProofCluster, stack: string): Promise<Mistake | undefined> {
  const { name, namespace } = target;
  const what = `Deployment ${namespace}/${name}:`;
  const deployment = await cluster.deployment(name, namespace);
  if (deployment === undefined) {
    return {
      what: `${what} is not there; it is the application that is put under load.`,
      remedy: `See what Flux says of it: kubectl --context ${stack} get helmreleases,kustomizations --all-namespaces`,
    };
  }
  const containers = deployment.spec?.template.spec?.containers ?? [];
  if (containers.every(({ resources }) => resources?.requests?.["cpu"] !== undefined)) return undefined;
  return {
    what: `${what} asks for no CPU, of which the autoscaler computes its utilization.`,
    remedy: `Set resources.requests.cpu in the values of HelmRelease ${namespace}/${name} on the ticket branch.`,
  };
}

async function measurements(cluster: ProofCluster, stack: string): Promise<Mistake | undefined> {
  if (await cluster.measuresPods(target.namespace)) return undefined;
  return {
    what: "metrics.k8s.io: nothing in the cluster measures the CPU of pods, and KEDA's trigger cpu needs it.",
    remedy: `Bring metrics-server by platform/services on the ticket branch, and look: kubectl --context ${stack} top pods -A`,
  };
}

/**
 * The objects of an earlier proof that was killed.
 *
 * @throws {UserError} if there are objects of these names that no proof has made.
 */
export async function remains(cluster: ProofCluster): Promise<typeof objects> {
  const objects = [scaledObject, loadTest(0)];
  const live = await Promise.all(
    objects.map(async (object) => ({ object, found: await cluster.read(object) })),
  );
  const there = live.filter(({ found }) => found !== undefined);
  const marks = Object.entries(proofLabel);
  const foreign = there.filter(({ found }) =>
    marks.some(([key, value]) => found?.metadata?.labels?.[key] !== value),
  );
  if (foreign.length > 0) {
    throw new UserError(
      foreign.map(({ object }) => ({
        what: `${describeObject(object)}: is there already, and no proof has made it.`,
        remedy: "Take it away, or let it be the proof.",
      })),
    );
  }
  return there.map(({ object }) => object);
}
