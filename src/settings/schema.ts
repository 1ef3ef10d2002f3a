/** The settings of a stack: their shape, and what each may be. */
import { z } from "zod";
import { coreAddons } from "../addons.ts";
import { longestGroupName } from "../names.ts";
import {
  amiTypes,
  capacityTypes,
  controlPlaneLogTypes,
  logRetentionDays,
  taintEffects,
} from "../aws-values.ts";
import {
  allowedCidr,
  expiry,
  flag,
  kubernetesVersion,
  looseText,
  oneOfNumbers,
  principalArn,
  tagText,
  vpcCidr,
  wholeNumber,
} from "./fields.ts";
import { gitopsSchemas } from "./gitops-schema.ts";
import { permissionsBoundary } from "../permissions-boundary.ts";

/** Names of labels and taints: an optional DNS prefix, a slash and up to 63 characters (Kubernetes). */
const labelKey = /^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/;
const labelValue = /^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/;

const taint = z.strictObject({
  key: z.string().regex(labelKey),
  value: looseText(labelValue).optional(),
  effect: z.enum(taintEffects),
});

const nodeGroup = z.strictObject({
  name: z
    .string()
    .max(longestGroupName)
    .regex(/^[a-z]([a-z0-9-]*[a-z0-9])?$/),
  instanceTypes: z.array(z.string().regex(/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/)).min(1),
  minSize: wholeNumber(0, 450),
  desiredSize: wholeNumber(0, 450),
  maxSize: wholeNumber(1, 450),
  /** In GiB. */
  diskSize: wholeNumber(20, 16384).default(50),
  amiType: z.enum(amiTypes).default("AL2023_x86_64_STANDARD"),
  capacityType: z.enum(capacityTypes).default("ON_DEMAND"),
  labels: z.record(z.string().regex(labelKey), looseText(labelValue)).default({}),
  taints: z.array(taint).default([]),
  /** Absent: the control plane's, with which it is then upgraded. */
  kubernetesVersion: z
    .string()
    .regex(/^1\.[1-9]\d$/)
    .optional(),
});

/** Where another stack of the backend is. */
const otherStack = z.strictObject({
  organization: z.string().regex(/^[\w.-]+$/),
  project: z.string().regex(/^[\w.-]+$/),
  stack: z.string().regex(/^[\w.-]+$/),
});

/** Each top-level setting is parsed for itself, so that a mistake in one hides none in another. */
export const settingSchemas = {
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/),
  cidr: vpcCidr,
  serviceCidr: z.string(),
  availabilityZones: z.union([wholeNumber(2, 3), z.array(z.string()).min(2).max(3)]),
  kubernetesVersion,
  addonVersions: z.partialRecord(
    z.enum(coreAddons.map((addon) => addon.name)),
    z.string().regex(/^v\d+\.\d+\.\d+-eksbuild\.\d+$/),
  ),
  nodeGroups: z.array(nodeGroup).min(1),
  endpoint: z.strictObject({
    public: flag,
    allowedCidrs: z.array(allowedCidr).default([]),
    runnerInVpc: flag.default(false),
  }),
  administrators: z.array(principalArn),
  controlPlaneLogs: z.strictObject({
    types: z.array(z.enum(controlPlaneLogTypes)),
    retentionDays: oneOfNumbers(logRetentionDays),
  }),
  encryptSecrets: flag,
  permissionsBoundary: z.string().regex(permissionsBoundary.pattern),
  allowDestroy: flag,
  tags: z.strictObject({
    ticket: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9]*-\d+$/)
      .optional(),
    owner: tagText.optional(),
    expiry: expiry.optional(),
  }),
  development: otherStack,
  staging: otherStack,
  allowVersionRollback: flag,
  ...gitopsSchemas,
};

export type SettingName = keyof typeof settingSchemas;
export type Settings = { readonly [K in SettingName]: z.output<(typeof settingSchemas)[K]> };
export type NodeGroupSettings = Settings["nodeGroups"][number];

/** What may stand in a stack file, or in the defaults of a class: each setting before it is checked. */
export type SettingsInput = { readonly [K in SettingName]?: z.input<(typeof settingSchemas)[K]> };
