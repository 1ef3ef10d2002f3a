/** What no setting can be checked for alone. A check runs on those settings that are valid by themselves. */
import { serviceCidrFault } from "../cidr.ts";
import type { Mistake } from "../errors.ts";
import { gitopsChecks } from "./gitops-checks.ts";
import { mistakeAt } from "./mistakes.ts";
import type { Settings } from "./schema.ts";
import type { EnvironmentName } from "../stack-name.ts";

export interface CheckContext {
  readonly stack: string;
  readonly environment: EnvironmentName;
  /** Settings that are encrypted in the stack's file. */
  readonly secretSettings: readonly string[];
}

export type Check = (settings: Partial<Settings>, context: CheckContext) => Mistake[];

export function crossChecks(settings: Partial<Settings>, context: CheckContext): Mistake[] {
  return checks.flatMap((check) => check(settings, context));
}

/** The blocks that EKS itself chooses between when it is told none. */
const serviceCidrs = ["172.20.0.0/16", "10.100.0.0/16"];

const serviceAddresses: Check = ({ cidr = "", serviceCidr }, { stack }) => {
  if (serviceCidr === undefined) return [];
  const fault = serviceCidrFault(serviceCidr, cidr);
  if (fault === undefined) return [];
  const given = { stack, setting: "serviceCidr", value: serviceCidr, secret: false };
  const free = serviceCidrs.find((candidate) => serviceCidrFault(candidate, cidr) === undefined);
  return [
    {
      ...mistakeAt(["serviceCidr"], given, fault),
      ...(free === undefined ? {} : { remedy: `pulumi config set serviceCidr ${free}` }),
    },
  ];
};

const zonesOfRegion: Check = ({ region, availabilityZones }, { stack }) => {
  if (region === undefined || !Array.isArray(availabilityZones)) return [];
  const given = { stack, setting: "availabilityZones", value: availabilityZones, secret: false };
  const foreign = availabilityZones.filter((zone) => !new RegExp(`^${region}[a-z]$`).test(zone));
  if (foreign.length > 0) {
    return [mistakeAt(["availabilityZones"], given, `has ${foreign.join(", ")} outside ${region}`)];
  }
  return new Set(availabilityZones).size === availabilityZones.length
    ? []
    : [mistakeAt(["availabilityZones"], given, "names a zone twice")];
};

const nodeGroupSizes: Check = ({ nodeGroups = [] }, { stack }) =>
  nodeGroups.flatMap(({ name, minSize, desiredSize, maxSize }, index) =>
    minSize <= desiredSize && desiredSize <= maxSize
      ? []
      : [
          {
            what: `nodeGroups[${index}]: ${name} has minSize ${minSize}, desiredSize ${desiredSize}, maxSize ${maxSize}; allowed is minSize <= desiredSize <= maxSize.`,
            remedy: `Edit nodeGroups[${index}] in Pulumi.${stack}.yaml.`,
          },
        ],
  );

const nodeGroupNames: Check = ({ nodeGroups = [] }, { stack }) =>
  nodeGroups
    .filter(({ name }, index) => nodeGroups.findIndex((other) => other.name === name) < index)
    .map(({ name }) => ({
      what: `nodeGroups: two are named ${JSON.stringify(name)}; allowed is one of each name.`,
      remedy: `Edit nodeGroups in Pulumi.${stack}.yaml.`,
    }));

const endpointAccess: Check = ({ endpoint }) => {
  if (endpoint === undefined) return [];
  if (endpoint.public && endpoint.allowedCidrs.length === 0) {
    return [
      {
        what: "endpoint.allowedCidrs: is missing; a public Kubernetes API is open to the blocks listed here alone, and 0.0.0.0/0, the whole internet, has to be said.",
        remedy:
          "pulumi config set --path 'endpoint.allowedCidrs[0]' 203.0.113.0/24 (your own block in its place)",
      },
    ];
  }
  if (!endpoint.public && !endpoint.runnerInVpc) {
    return [
      {
        what: "endpoint.public: given false, and then only a runner inside the VPC reaches the Kubernetes API; pulumi would wait for it in vain from anywhere else.",
        remedy: "Run pulumi inside the VPC and say so: pulumi config set --path endpoint.runnerInVpc true",
      },
    ];
  }
  return [];
};

/** The widest block that still names somebody's network. */
const widestNamedBlock = 8;

const namedCidrs: Check = ({ endpoint }, { environment }) =>
  environment !== "production" || endpoint?.public !== true
    ? []
    : endpoint.allowedCidrs.flatMap((cidr, index) =>
        Number(cidr.split("/")[1]) >= widestNamedBlock
          ? []
          : [
              {
                what: `endpoint.allowedCidrs[${index}]: given ${JSON.stringify(cidr)}; allowed in production is a block of /${widestNamedBlock} or less, for its Kubernetes API is open to named networks alone.`,
                remedy: `pulumi config set --path 'endpoint.allowedCidrs[${index}]' 203.0.113.0/24 (your own block in its place)`,
              },
            ],
      );

const developmentsOwnVersion: Check = ({ kubernetesVersion }, { environment }) =>
  environment !== "sandbox" && (kubernetesVersion === "development" || kubernetesVersion === "next")
    ? [
        {
          what: `kubernetesVersion: given "${kubernetesVersion}"; allowed is a minor such as "1.35", for ${environment} moves on purpose, and only sandboxes follow Development.`,
          remedy: "pulumi config set kubernetesVersion 1.35",
        },
      ]
    : [];

const sandboxTags: Check = ({ tags }, { environment, stack }) => {
  if (tags === undefined || environment !== "sandbox") return [];
  const given = { stack, setting: "tags", value: tags, secret: false };
  return (["ticket", "owner"] as const)
    .filter((tag) => tags[tag] === undefined)
    .map((tag) => mistakeAt(["tags", tag], given));
};

const checks: readonly Check[] = [
  serviceAddresses,
  zonesOfRegion,
  nodeGroupSizes,
  nodeGroupNames,
  endpointAccess,
  namedCidrs,
  developmentsOwnVersion,
  sandboxTags,
  ...gitopsChecks,
];
