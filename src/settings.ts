/** A stack's settings: read from its configuration, completed by its class, checked as a whole. */
import { UserError, type Mistake } from "./errors.ts";
import { crossChecks } from "./settings/cross-checks.ts";
import { mistakeAt, toMistakes, unknownSetting, type Given } from "./settings/mistakes.ts";
import { projectValues, type StackConfig } from "./settings/read-config.ts";
import { settingSchemas, type SettingName, type Settings, type SettingsInput } from "./settings/schema.ts";
import { permissionsBoundary } from "./permissions-boundary.ts";
import type { EnvironmentName } from "./stack-name.ts";

export type { StackConfig } from "./settings/read-config.ts";
export type { NodeGroupSettings, Settings, SettingsInput } from "./settings/schema.ts";

const names = Object.keys(settingSchemas) as SettingName[];

/**
 * Parses a stack's configuration. A setting that is absent takes the class's default; one that is an object does
 * so property by property, a list as a whole.
 *
 * @throws {UserError} with every mistake found, each with its path, what was given, what is allowed, and the
 *   command that sets it.
 */
export function parseSettings(
  config: StackConfig,
  environment: EnvironmentName,
  classDefaults: SettingsInput,
): Settings {
  const given = projectValues(config);
  const defaults: Record<string, unknown> = { ...commonDefaults(config), ...classDefaults };
  const mistakes: Mistake[] = Object.keys(given)
    .filter((name) => !names.some((known) => known === name))
    .map((name) => unknownSetting([name], names.join(", ")));
  mistakes.push(...regionConflict(config, given.region));

  const secretSettings = names.filter((name) => config.secretKeys.includes(`${config.project}:${name}`));
  const valid: Record<string, unknown> = {};
  for (const name of names) {
    const value = withDefault(given[name], defaults[name]);
    const secret = secretSettings.includes(name);
    const source: Given = { stack: config.stack, setting: name, value, secret };
    if (value === undefined) {
      mistakes.push(name === "region" ? missingRegion(config) : mistakeAt([name], source));
      continue;
    }
    const result = settingSchemas[name].safeParse(value);
    if (result.success) valid[name] = result.data;
    else mistakes.push(...result.error.issues.flatMap((issue) => toMistakes(issue, source)));
  }
  mistakes.push(...crossChecks(valid, { stack: config.stack, environment, secretSettings }));

  if (mistakes.length > 0) {
    const count = mistakes.length === 1 ? "1 mistake" : `${mistakes.length} mistakes`;
    throw new UserError(mistakes, `${count} in the settings of ${config.stack}; nothing was changed.`);
  }
  return valid as Settings;
}

/** What holds for every class: the rest is in `stacks/`. */
function commonDefaults(config: StackConfig): SettingsInput {
  const region = config.values["aws:region"];
  const token = config.values["github:token"];
  return {
    ...(region === undefined ? {} : { region }),
    serviceCidr: "172.20.0.0/16",
    addonVersions: {},
    administrators: [],
    permissionsBoundary: permissionsBoundary.defaultName,
    tags: {},
    gitops: {},
    flux: { enabled: true, version: "v2.9.1" },
    sandbox: {},
    alerts: [],
    services: {},
    credentials: { ...(token === undefined ? {} : { github: token }) },
    development: { organization: config.organization, project: config.project, stack: "development" },
    staging: { organization: config.organization, project: config.project, stack: "staging" },
    allowVersionRollback: false,
  };
}

function withDefault(value: unknown, fallback: unknown): unknown {
  if (value === undefined) return fallback;
  return isObject(value) && isObject(fallback) ? { ...fallback, ...value } : value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function missingRegion({ stack }: StackConfig): Mistake {
  return {
    what: `region: is missing, and ${stack} is made in no region by default; allowed is an AWS region.`,
    remedy: "pulumi config set aws:region eu-west-1",
  };
}

function regionConflict(config: StackConfig, region: unknown): Mistake[] {
  const awsRegion = config.values["aws:region"];
  if (region === undefined || awsRegion === undefined || region === awsRegion) return [];
  return [
    {
      what: `region: given ${JSON.stringify(region)}, and aws:region says ${JSON.stringify(awsRegion)}; allowed is one of the two, or both alike.`,
      remedy: "pulumi config rm region",
    },
  ];
}
