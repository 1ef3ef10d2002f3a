/** The stacks of a backend as the rules look at them: outputs, settings, and the stacks in front of them. */
import pLimit, { type LimitFunction } from "p-limit";
import type { AlignmentSource } from "../src/alignment.ts";
import { missingStack, type OtherStack } from "../src/environment-plan.ts";
import { UserError } from "../src/errors.ts";
import { parseExported, type Exported } from "../src/exported.ts";
import { parseSettings } from "../src/settings.ts";
import { environmentOf } from "../src/stack-name.ts";
import { leads } from "../src/versions/leaders.ts";
import { environmentClasses } from "../stacks/classes.ts";
import type { PulumiCli, Stack } from "./pulumi-cli.ts";
import { readStackFile } from "./stack-file.ts";

/** How many `pulumi` run at once: each is busy for a fraction of a second. */
const concurrency = 4;

interface Place {
  readonly organization: string;
  readonly project: string;
  readonly stack: string;
}

/**
 * @param only the one stack that is asked for: nothing is read of the others, and the answer is empty if it is not there.
 * @throws {UserError} if the backend has no stack of this project, and if it cannot be read.
 */
export async function readStacks(pulumi: PulumiCli, only?: string): Promise<AlignmentSource[]> {
  const all = await pulumi.listStacks();
  const stacks = only === undefined ? all : all.filter(({ name }) => name === only);
  if (all.length === 0) {
    throw new UserError({
      what: "There is no stack of this project on the backend.",
      remedy:
        "Check where you are logged in: pulumi whoami --verbose. Make the first one: pulumi stack init development, then pulumi up.",
    });
  }
  const limit = pLimit(concurrency);
  const outputs = new Map<string, Promise<Exported>>();
  const exportsOf = (fullName: string): Promise<Exported> => {
    const reading = outputs.get(fullName) ?? limit(async () => parseExported(await pulumi.outputs(fullName)));
    outputs.set(fullName, reading);
    return reading;
  };
  const other = async (place: Place): Promise<OtherStack> => {
    const stack = `${place.organization}/${place.project}/${place.stack}`;
    try {
      return { stack, exported: await exportsOf(stack) };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const absent = error.message.includes("is not on this backend");
      return {
        stack,
        exported: {},
        fault: absent ? missingStack : `cannot be read (${error.mistakes[0]?.what ?? ""})`,
      };
    }
  };
  return Promise.all(
    stacks.map(async (stack) => {
      const [exported, known] = await Promise.all([exportsOf(stack.fullName), knownOf(pulumi, stack, limit)]);
      const place = placeOf(stack);
      const settings = "settings" in known ? known.settings : undefined;
      const lead = "environment" in known ? leads[known.environment] : undefined;
      return {
        stack: stack.name,
        project: place.project,
        known,
        exported,
        development: await other(settings?.development ?? { ...place, stack: "development" }),
        leader: lead && settings && (await other(settings[lead.setting])),
      };
    }),
  );
}

/** The settings as far as they can be read without a passphrase: a secret counts as not set. */
async function knownOf(
  pulumi: PulumiCli,
  stack: Stack,
  limit: LimitFunction,
): Promise<AlignmentSource["known"]> {
  const { project } = placeOf(stack);
  const file = await readStackFile(pulumi.folder, project, stack.name);
  const { values } = file ?? (await limit(() => pulumi.config(stack.fullName)));
  try {
    const environment = environmentOf(stack.name);
    const config = { ...placeOf(stack), values, secretKeys: [] };
    return {
      environment,
      settings: parseSettings(config, environment, environmentClasses[environment].defaults),
    };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { mistakes: error.mistakes };
  }
}

function placeOf({ fullName, name }: Stack): Place {
  const [organization = "", project = ""] = fullName.split("/");
  return { organization, project, stack: name };
}
