/** The program: stack name, class, settings, plan, and only then resources. */
import * as pulumi from "@pulumi/pulumi";
import { environmentClasses } from "../stacks/classes.ts";
import { environment } from "../stacks/environment.ts";
import { otherOutputs, ownOutputs } from "../stacks/stack-outputs.ts";
import { planEnvironment } from "./environment-plan.ts";
import { UserError } from "./errors.ts";
import { parseSettings, type StackConfig } from "./settings.ts";
import { environmentOf } from "./stack-name.ts";
import { leads } from "./versions/leaders.ts";

export default async function main(): Promise<pulumi.Inputs> {
  try {
    return await program();
  } catch (error) {
    // Pulumi prints a RunError as it stands; of any other error it prints where in this program it was thrown.
    throw error instanceof UserError ? new pulumi.RunError(error.message) : error;
  }
}

async function program(): Promise<pulumi.Inputs> {
  const [project, stack] = [pulumi.getProject(), pulumi.getStack()];
  const environmentClass = environmentClasses[environmentOf(stack)];
  const settings = parseSettings(readConfig(), environmentClass.name, environmentClass.defaults);
  const lead = leads[environmentClass.name];
  const leader = lead && (await otherOutputs(lead.setting, settings));
  const plan = planEnvironment({
    project,
    stack,
    environment: environmentClass.name,
    settings,
    own: await ownOutputs(),
    development: environmentClass.name === "sandbox" ? leader : undefined,
    leader,
    now: new Date(),
  });
  for (const warning of plan.warnings) await pulumi.log.warn(warning);
  return environment(plan, environmentClass);
}

function readConfig(): StackConfig {
  return {
    stack: pulumi.getStack(),
    project: pulumi.getProject(),
    organization: pulumi.getOrganization(),
    values: pulumi.runtime.allConfig(),
    // Set by the engine's language host, as a JSON list; `pulumi.Config` tells of no key whether it is secret.
    secretKeys: JSON.parse(process.env.PULUMI_CONFIG_SECRET_KEYS ?? "[]") as string[],
  };
}
