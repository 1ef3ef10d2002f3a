import assert from "node:assert/strict";
import { UserError } from "../../../src/errors.ts";
import { parseSettings, type StackConfig } from "../../../src/settings.ts";
import type { EnvironmentName } from "../../../src/stack-name.ts";
import { environmentClasses } from "../../../stacks/classes.ts";
import { completeSettings, stackConfig } from "../../support/stack-config.ts";

/** The lines of each mistake, without the title. */
function mistakesOf(config: StackConfig, environment: EnvironmentName = "sandbox"): string[] {
  try {
    parseSettings(config, environment, environmentClasses[environment].defaults);
  } catch (error) {
    assert.ok(error instanceof UserError);
    return error.mistakes.map(({ what, remedy }) => `${what}\n${remedy}`);
  }
  return [];
}

const group = { name: "general", instanceTypes: ["m7i.large"], minSize: 1, desiredSize: 2, maxSize: 3 };
const inGroup = (change: object): Readonly<Record<string, unknown>> => ({
  nodeGroups: [{ ...group, ...change }],
});

/** Each one mistake: what is set, and the two lines that tell of it. */
const cases: [settings: Readonly<Record<string, unknown>>, what: string, remedy: string][] = [
  [
    { region: undefined },
    "region: is missing, and sandbox-a is made in no region by default; allowed is an AWS region.",
    "pulumi config set aws:region eu-west-1",
  ],
  [
    { region: "Ireland" },
    'region: given "Ireland"; allowed is an AWS region.',
    "pulumi config set region eu-west-1",
  ],
  [
    { "aws:region": "us-east-1" },
    'region: given "eu-west-1", and aws:region says "us-east-1"; allowed is one of the two, or both alike.',
    "pulumi config rm region",
  ],
  [
    { cidr: "10.0.0.0/8" },
    'cidr: given "10.0.0.0/8", which is a /8 (16777216 addresses), larger than the /16 (65536 addresses) that AWS allows for a VPC; allowed is an IPv4 block from /16 to /24.',
    "pulumi config set cidr 10.0.0.0/16",
  ],
  [
    { cidr: "10.0.0.0/27" },
    'cidr: given "10.0.0.0/27", which is a /27 (32 addresses), too small: public and private subnets in up to 3 zones need a /24 (256 addresses); allowed is an IPv4 block from /16 to /24.',
    "pulumi config set cidr 10.0.0.0/16",
  ],
  [
    { cidr: "172.20.0.0/16" },
    `serviceCidr: given "172.20.0.0/16", which overlaps the VPC's 172.20.0.0/16; allowed is a private IPv4 block from /12 to /24 outside the VPC's.`,
    "pulumi config set serviceCidr 10.100.0.0/16",
  ],
  [
    { availabilityZones: 1 },
    'availabilityZones: given "1"; allowed is 2 or 3, or a list of as many zones by name.',
    "pulumi config set availabilityZones 3",
  ],
  [
    { availabilityZones: ["eu-west-1a"] },
    'availabilityZones: given ["eu-west-1a"]; allowed is 2 or 3, or a list of as many zones by name.',
    "pulumi config set availabilityZones 3",
  ],
  [
    { availabilityZones: ["eu-west-1a", "us-east-1b"] },
    'availabilityZones: given ["eu-west-1a","us-east-1b"], which has us-east-1b outside eu-west-1; allowed is 2 or 3, or a list of as many zones by name.',
    "pulumi config set availabilityZones 3",
  ],
  [
    { availabilityZones: ["eu-west-1a", "eu-west-1a"] },
    'availabilityZones: given ["eu-west-1a","eu-west-1a"], which names a zone twice; allowed is 2 or 3, or a list of as many zones by name.',
    "pulumi config set availabilityZones 3",
  ],
  [
    { kubernetesVersion: "latest" },
    'kubernetesVersion: given "latest", which is no version; allowed is development, next or a minor such as "1.35".',
    "pulumi config set kubernetesVersion 1.35",
  ],
  [
    { kubernetesVersion: "1.4" },
    'kubernetesVersion: given "1.4", which is what YAML makes of 1.40 without quotes; allowed is development, next or a minor such as "1.35".',
    "pulumi config set kubernetesVersion 1.35",
  ],
  [
    { addonVersions: { coredns: "1.12" } },
    'addonVersions.coredns: given "1.12"; allowed is a version of vpc-cni, kube-proxy, eks-pod-identity-agent, coredns or aws-ebs-csi-driver as EKS writes it.',
    "pulumi config set --path 'addonVersions.coredns' v1.12.4-eksbuild.1",
  ],
  [
    { addonVersions: { calico: "v3.0.0-eksbuild.1" } },
    "addonVersions.calico: no such setting; allowed is a version for each add-on that is to be pinned.",
    "pulumi config rm --path 'addonVersions.calico'",
  ],
  [
    { nodeGroups: [] },
    "nodeGroups: given []; allowed is a list of at least one node group.",
    "Edit nodeGroups in Pulumi.sandbox-a.yaml.",
  ],
  [
    inGroup({ maxSize: undefined }),
    "nodeGroups[0].maxSize: is missing; allowed is a whole number of nodes up to 450.",
    "pulumi config set --path 'nodeGroups[0].maxSize' 4",
  ],
  [
    inGroup({ desiredSize: 9 }),
    "nodeGroups[0]: general has minSize 1, desiredSize 9, maxSize 3; allowed is minSize <= desiredSize <= maxSize.",
    "Edit nodeGroups[0] in Pulumi.sandbox-a.yaml.",
  ],
  [
    { nodeGroups: [group, group] },
    'nodeGroups: two are named "general"; allowed is one of each name.',
    "Edit nodeGroups in Pulumi.sandbox-a.yaml.",
  ],
  [
    inGroup({ amiType: "AL2_x86_64" }),
    'nodeGroups[0].amiType: given "AL2_x86_64"; allowed is AL2023_x86_64_STANDARD, AL2023_ARM_64_STANDARD, BOTTLEROCKET_x86_64 or BOTTLEROCKET_ARM_64.',
    "pulumi config set --path 'nodeGroups[0].amiType' AL2023_x86_64_STANDARD",
  ],
  [
    inGroup({ taints: [{ key: "dedicated", effect: "NoSchedule" }] }),
    'nodeGroups[0].taints[0].effect: given "NoSchedule"; allowed is NO_SCHEDULE, NO_EXECUTE or PREFER_NO_SCHEDULE.',
    "pulumi config set --path 'nodeGroups[0].taints[0].effect' NO_SCHEDULE",
  ],
  [
    inGroup({ disk: 50 }),
    "nodeGroups[0].disk: no such setting; allowed is a node group with name, instanceTypes, minSize, desiredSize and maxSize.",
    "pulumi config rm --path 'nodeGroups[0].disk'",
  ],
  [
    { endpoint: {} },
    "endpoint.allowedCidrs: is missing; a public Kubernetes API is open to the blocks listed here alone, and 0.0.0.0/0, the whole internet, has to be said.",
    "pulumi config set --path 'endpoint.allowedCidrs[0]' 203.0.113.0/24 (your own block in its place)",
  ],
  [
    { endpoint: { allowedCidrs: ["203.0.113.7/24"] } },
    'endpoint.allowedCidrs[0]: given "203.0.113.7/24", which does not start at its first address, which is 203.0.113.0/24; allowed is an IPv4 block, 0.0.0.0/0 for the whole internet.',
    "pulumi config set --path 'endpoint.allowedCidrs[0]' 203.0.113.0/24",
  ],
  [
    { endpoint: { public: false } },
    "endpoint.public: given false, and then only a runner inside the VPC reaches the Kubernetes API; pulumi would wait for it in vain from anywhere else.",
    "Run pulumi inside the VPC and say so: pulumi config set --path endpoint.runnerInVpc true",
  ],
  [
    { administrators: ["arn:aws:sts::123456789012:assumed-role/admin/me"] },
    'administrators[0]: given "arn:aws:sts::123456789012:assumed-role/admin/me"; allowed is the ARN of an IAM user or role, not of a session.',
    "pulumi config set --path 'administrators[0]' arn:aws:iam::123456789012:role/platform-admin",
  ],
  [
    { controlPlaneLogs: { retentionDays: 2 } },
    "controlPlaneLogs.retentionDays: given 2; allowed is 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545 or 731 days.",
    "pulumi config set --path 'controlPlaneLogs.retentionDays' 7",
  ],
  [
    { encryptSecrets: "yes" },
    'encryptSecrets: given "yes"; allowed is true or false.',
    "pulumi config set encryptSecrets true",
  ],
  [
    { tags: { ticket: "TICKET-1" } },
    "tags.owner: is missing; allowed is a person or team: letters, digits and _.:/=+@-.",
    "pulumi config set --path 'tags.owner' platform-team",
  ],
  [
    { tags: { ...completeSettings.tags, expiry: "2026-02-30" } },
    'tags.expiry: given "2026-02-30", which is neither a date nor a number of days; allowed is a date such as 2026-12-31 or a lifetime in days such as 14d.',
    "pulumi config set --path 'tags.expiry' 14d",
  ],
  [
    { kubernetesversion: "1.35" },
    "kubernetesversion: no such setting; allowed is region, cidr, serviceCidr, availabilityZones, kubernetesVersion, addonVersions, nodeGroups, endpoint, administrators, controlPlaneLogs, encryptSecrets, permissionsBoundary, allowDestroy, tags, development, staging, allowVersionRollback, gitops, flux, sandbox, alerts, services, credentials.",
    "pulumi config rm kubernetesversion",
  ],
];

describe("mistakes in settings", () => {
  for (const [settings, what, remedy] of cases) {
    it(`${JSON.stringify(settings)}: ${what}`, () => {
      assert.deepEqual(mistakesOf(stackConfig({ ...completeSettings, ...settings })), [`${what}\n${remedy}`]);
    });
  }

  it("are told all at once, under one title", () => {
    const settings = { cidr: "x", kubernetesVersion: "y", nodeGroups: [{ name: "Z" }] };
    const config = stackConfig({ ...completeSettings, ...settings });
    assert.throws(
      () => parseSettings(config, "sandbox", environmentClasses.sandbox.defaults),
      /^UserError: 7 mistakes in the settings of sandbox-a; nothing was changed\.\n {2}cidr: .*\n {4}pulumi config set cidr/,
    );
    assert.equal(mistakesOf(config).length, 7);
  });

  it("never show a secret value", () => {
    const config = stackConfig(
      { ...completeSettings, cidr: "hunter2" },
      { secretKeys: ["kubernetes-sdlc:cidr"] },
    );
    const text = mistakesOf(config).join("\n");
    assert.match(text, /^cidr: given a secret value/);
    assert.ok(!text.includes("hunter2"));
  });

  it("include a block that leaves production's API open to half of the internet", () => {
    const endpoint = { public: true, allowedCidrs: ["203.0.113.0/24", "128.0.0.0/1"] };
    const settings = { ...completeSettings, kubernetesVersion: "1.35", endpoint };
    const config = stackConfig(settings, { stack: "production" });
    assert.deepEqual(mistakesOf(config, "production"), [
      'endpoint.allowedCidrs[1]: given "128.0.0.0/1"; allowed in production is a block of /8 or less, for its Kubernetes API is open to named networks alone.\n' +
        "pulumi config set --path 'endpoint.allowedCidrs[1]' 203.0.113.0/24 (your own block in its place)",
    ]);
    assert.deepEqual(mistakesOf(stackConfig(settings, { stack: "staging" }), "staging"), []);
  });

  for (const environment of ["canary", "development", "staging", "production"] as const) {
    it(`include a version that ${environment} would take from Development`, () => {
      const config = stackConfig({ ...completeSettings, kubernetesVersion: "next" }, { stack: environment });
      assert.deepEqual(mistakesOf(config, environment), [
        `kubernetesVersion: given "next"; allowed is a minor such as "1.35", for ${environment} moves on purpose, and only sandboxes follow Development.\n` +
          "pulumi config set kubernetesVersion 1.35",
      ]);
    });
  }

  it("include none where an endpoint is private and the runner is in the VPC", () => {
    const endpoint = { public: false, runnerInVpc: true };
    assert.deepEqual(mistakesOf(stackConfig({ ...completeSettings, endpoint })), []);
  });
});
