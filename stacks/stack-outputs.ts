/** What stacks exported when they last ran: this one, and those that it takes its versions from. */
import * as pulumi from "@pulumi/pulumi";
import { missingStack, type OtherStack } from "../src/environment-plan.ts";
import { exportedNames, parseExported, type Exported } from "../src/exported.ts";
import type { Settings } from "../src/settings.ts";

/** This stack's own outputs; none on a fresh stack. No StackReference: the state would hold itself. */
export async function ownOutputs(): Promise<Exported> {
  const stack = fullName(pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack());
  return parseExported(await readOutputs(stack));
}

/** The outputs of Development or Staging through a StackReference. A stack that is not there is told, not thrown. */
export async function otherOutputs(
  name: "development" | "staging",
  { [name]: place }: Settings,
): Promise<OtherStack> {
  const stack = fullName(place.organization, place.project, place.stack);
  try {
    // A StackReference to a stack that does not exist ends the program before it can say what to do.
    await readOutputs(stack);
  } catch (error) {
    return { stack, exported: {}, fault: faultOf(error) };
  }
  const reference = new pulumi.StackReference(name, { name: stack });
  const details = await Promise.all(
    exportedNames.map(async (output) => [output, (await reference.getOutputDetails(output)).value] as const),
  );
  return { stack, exported: parseExported(Object.fromEntries(details)) };
}

/** The engine's own read of a stack's outputs, which a StackReference is made of. */
async function readOutputs(name: string): Promise<unknown> {
  const result = (await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name })) as
    { outputs?: unknown } | undefined;
  return result?.outputs;
}

function fullName(organization: string, project: string, stack: string): string {
  return `${organization}/${project}/${stack}`;
}

function faultOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return /unknown stack|not found/i.test(text) ? missingStack : `cannot be read (${text})`;
}
