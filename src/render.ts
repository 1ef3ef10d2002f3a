/**
 * `npm run render -- <stack> <checkout>`: writes the services of a stack into a checkout of the GitOps repository, for the
 * commit on the ticket branch. The objects are those that `delivery: cluster` puts into the cluster.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parse, stringify } from "yaml";
import { UserError } from "./errors.ts";
import type { KubernetesObject } from "./kubernetes-object.ts";
import { services, serviceNames } from "./services/catalogue.ts";
import { serviceObjects } from "./services/service.ts";
import { toMistakes } from "./settings/mistakes.ts";
import { settingSchemas, type Settings } from "./settings/schema.ts";
import { environmentOf } from "./stack-name.ts";

const project = "kubernetes-sdlc";

/**
 * @param folder where the stack's file is.
 * @returns the files that were written, from the root of the checkout.
 * @throws {UserError} if the stack has no services, or the checkout no place for them.
 */
export function render(folder: string, stack: string, checkout: string): string[] {
  environmentOf(stack);
  const settings = serviceSettings(path.join(folder, `Pulumi.${stack}.yaml`), stack);
  const directory = path.join(checkout, path.dirname(servicePath("any")));
  if (!existsSync(directory)) {
    throw new UserError({
      what: `${checkout}: has no ${path.dirname(servicePath("any"))}, so that it is no checkout of the GitOps repository.`,
      remedy: "Clone the repository in gitops.url, check the ticket branch out, and name its folder.",
    });
  }
  return serviceNames.flatMap((name) => {
    const options = settings[name];
    if (options === undefined) return [];
    const file = servicePath(name);
    writeFileSync(path.join(checkout, file), serviceManifest(serviceObjects(services[name], options)));
    return [file];
  });
}

/** From the root of the repository. */
export function servicePath(service: string): string {
  return `platform/services/${service}.yaml`;
}

export function serviceManifest(objects: readonly KubernetesObject[]): string {
  return objects.map((object) => `---\n${stringify(object)}`).join("");
}

function serviceSettings(file: string, stack: string): Settings["services"] {
  const content = existsSync(file)
    ? (parse(readFileSync(file, "utf8")) as { config?: Record<string, unknown> })
    : {};
  const value = content.config?.[`${project}:services`] ?? {};
  const result = settingSchemas.services.safeParse(value);
  if (!result.success) {
    const given = { stack, setting: "services", value, secret: false };
    throw new UserError(result.error.issues.flatMap((issue) => toMistakes(issue, given)));
  }
  if (serviceNames.some((name) => result.data[name] !== undefined)) return result.data;
  throw new UserError({
    what: `services: ${path.basename(file)} has none, so that there is nothing to render.`,
    remedy: "pulumi config set --path services.keda.delivery git",
  });
}

if (import.meta.main) {
  const [stack, checkout, ...rest] = process.argv.slice(2);
  try {
    if (stack === undefined || checkout === undefined || rest.length > 0) {
      throw new UserError({
        what: "npm run render: needs a stack and a checkout of the GitOps repository.",
        remedy: "npm run render -- sandbox-a ../platform",
      });
    }
    const folder = path.dirname(import.meta.dirname);
    for (const file of render(folder, stack, checkout)) console.log(path.join(checkout, file));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
