/**
 * For each setting what it takes and an example that works, by its path with `[]` for any index and `*` for
 * any key. It is what an error message tells, and the table of settings in the documentation.
 */
import { coreAddons } from "../addons.ts";
import {
  amiTypes,
  capacityTypes,
  controlPlaneLogTypes,
  logRetentionDays,
  taintEffects,
} from "../aws-values.ts";
import { gitopsHelp } from "./gitops-help.ts";

export interface SettingHelp {
  /** Reads on after "allowed is". */
  readonly allowed: string;
  /** A value as `pulumi config set` takes it. */
  readonly example: string;
}

const or = (values: readonly (string | number)[]): string =>
  `${values.slice(0, -1).join(", ")} or ${values.at(-1) ?? ""}`;

const nodeCount = (example: string): SettingHelp => ({
  allowed: "a whole number of nodes up to 450",
  example,
});

const labelText = "up to 63 letters, digits, hyphens, underscores and dots";

const help: Readonly<Record<string, SettingHelp>> = {
  region: { allowed: "an AWS region", example: "eu-west-1" },
  cidr: { allowed: "an IPv4 block from /16 to /24", example: "10.0.0.0/16" },
  serviceCidr: {
    allowed: "a private IPv4 block from /12 to /24 outside the VPC's",
    example: "172.20.0.0/16",
  },
  availabilityZones: { allowed: "2 or 3, or a list of as many zones by name", example: "3" },
  kubernetesVersion: { allowed: 'development, next or a minor such as "1.35"', example: "1.35" },
  addonVersions: { allowed: "a version for each add-on that is to be pinned", example: "{}" },
  "addonVersions.*": {
    allowed: `a version of ${or(coreAddons.map((addon) => addon.name))} as EKS writes it`,
    example: "v1.12.4-eksbuild.1",
  },
  nodeGroups: { allowed: "a list of at least one node group", example: "[]" },
  "nodeGroups[]": {
    allowed: "a node group with name, instanceTypes, minSize, desiredSize and maxSize",
    example: "{}",
  },
  "nodeGroups[].name": {
    allowed: "up to 20 lower-case letters, digits and hyphens, a letter first",
    example: "general",
  },
  "nodeGroups[].instanceTypes": { allowed: "a list of at least one EC2 instance type", example: "[]" },
  "nodeGroups[].instanceTypes[]": { allowed: "an EC2 instance type", example: "m7i.large" },
  "nodeGroups[].minSize": nodeCount("2"),
  "nodeGroups[].desiredSize": nodeCount("2"),
  "nodeGroups[].maxSize": nodeCount("4"),
  "nodeGroups[].diskSize": { allowed: "a whole number of GiB from 20 to 16384", example: "50" },
  "nodeGroups[].amiType": { allowed: or(amiTypes), example: amiTypes[0] },
  "nodeGroups[].capacityType": { allowed: or(capacityTypes), example: capacityTypes[0] },
  "nodeGroups[].labels": { allowed: "Kubernetes labels", example: "{}" },
  "nodeGroups[].labels.*": { allowed: labelText, example: "platform" },
  "nodeGroups[].taints": { allowed: "a list of taints with key, effect and perhaps value", example: "[]" },
  "nodeGroups[].taints[]": { allowed: "a taint with key, effect and perhaps value", example: "{}" },
  "nodeGroups[].taints[].key": { allowed: `an optional prefix/ and ${labelText}`, example: "dedicated" },
  "nodeGroups[].taints[].value": { allowed: labelText, example: "platform" },
  "nodeGroups[].taints[].effect": { allowed: or(taintEffects), example: taintEffects[0] },
  "nodeGroups[].kubernetesVersion": {
    allowed: 'a minor such as "1.35", at most 3 behind the control plane\'s',
    example: '"1.35"',
  },
  endpoint: { allowed: "public, allowedCidrs and runnerInVpc", example: "{}" },
  "endpoint.public": { allowed: "true or false", example: "true" },
  "endpoint.allowedCidrs": {
    allowed: "the IPv4 blocks that may reach the Kubernetes API, 0.0.0.0/0 for the whole internet",
    example: "[]",
  },
  "endpoint.allowedCidrs[]": {
    allowed: "an IPv4 block, 0.0.0.0/0 for the whole internet",
    example: "203.0.113.0/24",
  },
  "endpoint.runnerInVpc": { allowed: "true or false", example: "true" },
  administrators: { allowed: "a list of ARNs of IAM users and roles", example: "[]" },
  "administrators[]": {
    allowed: "the ARN of an IAM user or role, not of a session",
    example: "arn:aws:iam::123456789012:role/platform-admin",
  },
  controlPlaneLogs: { allowed: "types and retentionDays", example: "{}" },
  "controlPlaneLogs.types": { allowed: "a list of log types, empty for none", example: "[]" },
  "controlPlaneLogs.types[]": { allowed: or(controlPlaneLogTypes), example: "audit" },
  "controlPlaneLogs.retentionDays": { allowed: `${or(logRetentionDays)} days`, example: "7" },
  encryptSecrets: { allowed: "true or false", example: "true" },
  permissionsBoundary: {
    allowed: "the name or the ARN of an IAM policy of the account, or none",
    example: "kubernetes-sdlc-boundary",
  },
  allowDestroy: { allowed: "true or false", example: "true" },
  tags: { allowed: "ticket, owner and expiry", example: "{}" },
  "tags.ticket": { allowed: "a ticket's number such as TICKET-123", example: "TICKET-123" },
  "tags.owner": { allowed: "a person or team: letters, digits and _.:/=+@-", example: "platform-team" },
  "tags.expiry": { allowed: "a date such as 2026-12-31 or a lifetime in days such as 14d", example: "14d" },
  development: { allowed: "organization, project and stack", example: "{}" },
  "development.organization": { allowed: "an organization of the Pulumi backend", example: "organization" },
  "development.project": { allowed: "a Pulumi project", example: "kubernetes-sdlc" },
  "development.stack": { allowed: "a Pulumi stack", example: "development" },
  staging: { allowed: "organization, project and stack", example: "{}" },
  "staging.organization": { allowed: "an organization of the Pulumi backend", example: "organization" },
  "staging.project": { allowed: "a Pulumi project", example: "kubernetes-sdlc" },
  "staging.stack": { allowed: "a Pulumi stack", example: "staging" },
  allowVersionRollback: { allowed: "true or false", example: "true" },
  ...gitopsHelp,
};

export const settingsHelp = help;

export type Path = readonly PropertyKey[];

/** `nodeGroups[0].labels.team`, as `pulumi config set --path` takes it; a key with a dot in it is quoted. */
export function pathText(path: Path): string {
  return path
    .map((key, index) => {
      if (typeof key === "number") return `[${key}]`;
      const text = String(key);
      if (!/^[\w-]+$/.test(text)) return `["${text}"]`;
      return index === 0 ? text : `.${text}`;
    })
    .join("");
}

/** Help for the property at `path`, or for the nearest one above it that has some. */
export function helpFor(path: Path): { readonly path: Path; readonly help: SettingHelp } {
  for (let length = path.length; length > 0; length--) {
    const head = path.slice(0, length);
    const pattern = patternOf(head);
    const found = help[pattern] ?? help[pattern.replace(/\.[^.[\]]+$/, ".*")];
    if (found !== undefined) return { path: head, help: found };
  }
  return { path, help: { allowed: "a setting of this program", example: "" } };
}

/** Properties whose own keys are anybody's choice. */
const keyed = ["labels", "addonVersions", "requests", "limits", "values"];

function patternOf(path: Path): string {
  const underKeys = path.findIndex((key) => keyed.some((name) => name === key)) + 1;
  return path
    .map((key, index) => {
      if (typeof key === "number") return "[]";
      const text = underKeys > 0 && index === underKeys ? "*" : String(key);
      return index === 0 ? text : `.${text}`;
    })
    .join("");
}

/** The command that sets the property at `path`; structured values are set leaf by leaf, or in the file. */
export function setCommand(path: Path, example: string, stack: string): string {
  if (example === "{}" || example === "[]" || example === "")
    return `Edit ${pathText(path)} in Pulumi.${stack}.yaml.`;
  const text = pathText(path);
  const option = path.length > 1 ? `--path '${text}'` : text;
  return `pulumi config set ${option} ${/^[\w.:/@=+-]+$/.test(example) ? example : `'${example}'`}`;
}
