/** Asks the living cluster whether a service can run there. It reads, and changes nothing. */
import { UserError } from "../errors.ts";
import { ClusterApi, faultText } from "../kubernetes/api.ts";
import { servedVersions } from "../kubernetes/discovery.ts";
import { Interrupted } from "../plugin/failures.ts";
import type { OperationContext, Properties, ResourceHandler } from "../plugin/implementation.ts";
import { parseMinor } from "../versions/minor.ts";
import { services, type ServiceName } from "./catalogue.ts";
import { checkPrerequisites } from "./prerequisites.ts";

interface PrerequisitesInputs {
  readonly kubeconfig: string;
  readonly service: ServiceName;
  readonly version: string;
}

export const prerequisites: ResourceHandler<undefined> = {
  inputs: ["kubeconfig", "kubernetesVersion", "service", "version"],
  required: ["kubeconfig", "service", "version"],
  create: async (context, inputs) => {
    for (const note of await check(context, inputs)) context.log("info", note);
    return { id: context.name, outputs: inputs };
  },
  update: async (context, { outputs }, news) => {
    const notes = await check(context, news);
    // They are of the version: a cluster's upgrade does not make them news.
    if (outputs["version"] !== news["version"]) for (const note of notes) context.log("info", note);
    return news;
  },
  read: (_context, { id, inputs, outputs }) => Promise.resolve({ id, inputs, outputs }),
  delete: () => Promise.resolve(),
};

/**
 * @returns what is worth knowing of the version, one line each.
 * @throws {UserError} with each prerequisite that is not met.
 */
async function check(context: OperationContext<undefined>, inputs: Properties): Promise<readonly string[]> {
  const { kubeconfig, service, version } = inputs as unknown as PrerequisitesInputs;
  const api = new ClusterApi(kubeconfig, context.signal);
  const asked = servedVersions(api).finally(() => {
    api.close();
  });
  const served = await asked.catch((error: unknown) => {
    if (error instanceof Interrupted) throw error;
    throw new UserError({
      what: `services.${service}: the cluster cannot be asked for what it serves: ${faultText(error)}.`,
      remedy: "Look at the endpoint's allowedCidrs and at your AWS credentials, and run pulumi up again.",
    });
  });
  const kubernetes = parseMinor(served.version);
  if (kubernetes === undefined) {
    context.log("warning", `services.${service}: the cluster's version, ${served.version}, cannot be read.`);
    return [];
  }
  const { requirements } = services[service];
  const { refusals, notes } = checkPrerequisites({
    service,
    version,
    requirements,
    kubernetes,
    served: served.apiVersions,
  });
  if (refusals.length > 0) throw new UserError(refusals);
  return notes;
}
