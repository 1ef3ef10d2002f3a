import assert from "node:assert/strict";
import { awsMocks } from "../support/aws-mocks.ts";
import { record, type Recording } from "../support/registrations.ts";
import { completeSettings, stackConfig } from "../support/stack-config.ts";
import { stackProgram } from "../support/stack-program.ts";

function stack(
  name: string,
  settings: Readonly<Record<string, unknown>> = {},
  { preview = false, zones = (): string[] => ["eu-west-1c", "eu-west-1a", "eu-west-1b"] } = {},
): Promise<Recording<Record<string, unknown>>> {
  const config = stackConfig({ ...completeSettings, ...settings }, { stack: name });
  const functions = {
    ...awsMocks.functions,
    "aws:index/getAvailabilityZones:getAvailabilityZones": () => ({ names: zones() }),
  };
  return record({ ...awsMocks, functions }, stackProgram(config), { preview });
}

describe("an environment", () => {
  it("makes everything through one provider with the stack's region and tags", async () => {
    const { registrations } = await stack("sandbox-a");
    const { inputs } = registrations.get("pulumi:providers:aws sandbox-a-aws");
    assert.equal(inputs["region"], "eu-west-1");
    const tags = {
      "sdlc:stack": "kubernetes-sdlc/sandbox-a",
      "sdlc:environment": "sandbox",
      "sdlc:ticket": "TICKET-1",
      "sdlc:owner": "platform-team",
      "sdlc:expiry": "2026-12-07",
    };
    // The provider's configuration crosses the wire as JSON.
    assert.deepEqual(JSON.parse(String(inputs["defaultTags"])), { tags });
  });

  it("takes the first zones by name, and none in which EKS makes no control plane", async () => {
    const { outputs, calls } = await stack("sandbox-a");
    assert.deepEqual(outputs?.["availabilityZones"], ["eu-west-1a", "eu-west-1b"]);
    const call = calls.find(({ token }) => token.endsWith(":getAvailabilityZones"));
    assert.deepEqual(call?.inputs["excludeZoneIds"], ["use1-az3", "usw1-az2", "cac1-az3"]);
    assert.equal(call.provider, "pulumi:providers:aws sandbox-a-aws");
  });

  it("refuses more zones than the region has, and says how many there are", async () => {
    const zones = (): string[] => ["eu-west-1a", "eu-west-1b"];
    await assert.rejects(stack("sandbox-a", { availabilityZones: 3 }, { zones }), {
      name: "UserError",
      message:
        "availabilityZones: given 3, and EKS works in 2 of eu-west-1: eu-west-1a, eu-west-1b.\n" +
        "  pulumi config set availabilityZones 2, or choose another region.",
    });
  });

  it("says so in two lines where the credentials are of no use", async () => {
    const zones = (): string[] => {
      // The engine's answer is a gRPC error, whose text is in its details.
      const details = "invocation of aws:x returned an error: ExpiredToken:\n\tthe token has expired";
      throw Object.assign(new Error(), { details });
    };
    await assert.rejects(stack("sandbox-a", {}, { zones }), {
      name: "UserError",
      message:
        "AWS in eu-west-1: its availability zones cannot be read, because ExpiredToken: the token has expired\n" +
        "  Check the credentials and their permissions: aws sts get-caller-identity",
    });
  });

  it("exports what other stacks and its own next run read", async () => {
    const { outputs } = await stack("sandbox-a");
    assert.deepEqual(outputs, {
      environment: "sandbox",
      region: "eu-west-1",
      availabilityZones: ["eu-west-1a", "eu-west-1b"],
      vpcId: "sandbox-a-vpc-id",
      clusterName: "sandbox-a",
      clusterArn: "arn:sandbox-a-eksCluster",
      clusterEndpoint: "https://sandbox-a.eks",
      oidcProviderArn: "arn:oidc",
      kubeconfig: "kubeconfig of sandbox-a",
      kubernetesVersion: "1.35",
      addonVersions: {
        "vpc-cni": "default vpc-cni for 1.35",
        "kube-proxy": "default kube-proxy for 1.35",
        "eks-pod-identity-agent": "default eks-pod-identity-agent for 1.35",
        coredns: "default coredns for 1.35",
        "aws-ebs-csi-driver": "default aws-ebs-csi-driver for 1.35",
      },
      nodeRoleArn: "arn:sandbox-a-nodes-role",
      nodeRoleName: "sandbox-a-nodes-role-1234567",
      nodeVersions: { general: "1.35" },
      nodeCount: 2,
      kubernetesHistory: { createdWith: "1.35" },
      createdOn: "2026-11-23",
      owner: "platform-team",
      ticket: "TICKET-1",
      expiry: "2026-12-07",
    });
  });

  it("pins an add-on from the settings without asking AWS for it", async () => {
    const addonVersions = { coredns: "v1.12.4-eksbuild.1" };
    const { outputs, calls } = await stack("sandbox-a", { addonVersions });
    assert.deepEqual(outputs?.["addonVersions"], {
      "vpc-cni": "default vpc-cni for 1.35",
      "kube-proxy": "default kube-proxy for 1.35",
      "eks-pod-identity-agent": "default eks-pod-identity-agent for 1.35",
      coredns: "v1.12.4-eksbuild.1",
      "aws-ebs-csi-driver": "default aws-ebs-csi-driver for 1.35",
    });
    const asked = calls.filter(({ inputs }) => inputs["addonName"] === "coredns");
    assert.deepEqual(asked, []);
  });

  it("can be previewed before there is a cluster", async () => {
    const { registrations } = await stack("sandbox-a", {}, { preview: true });
    assert.ok(registrations.labels().includes("sdlc:node-group:NodeGroup sandbox-a-general"));
  });

  for (const [name, nats, flowLogs, key, protection] of [
    ["sandbox-a", 1, 0, 0, false],
    ["canary", 1, 0, 1, false],
    ["development", 1, 0, 1, false],
    ["staging", 3, 1, 1, true],
    ["production", 3, 1, 1, true],
  ] as const) {
    it(`of ${name} has ${nats} NAT gateways, ${flowLogs} flow logs, ${key} keys, protection ${protection}`, async () => {
      const { registrations } = await stack(name);
      const count = (type: string): number => registrations.all.filter((made) => made.type === type).length;
      assert.equal(count("aws:ec2/natGateway:NatGateway"), nats);
      assert.equal(count("aws:ec2/flowLog:FlowLog"), flowLogs);
      assert.equal(count("aws:kms/key:Key"), key);
      const { inputs } = registrations.get(`eks:index:Cluster ${name}`);
      assert.equal(inputs["deletionProtection"], protection);
    });
  }

  for (const [name, settings, guarded] of [
    ["production", {}, true],
    ["staging", {}, true],
    ["production", { allowDestroy: true }, false],
    ["development", {}, false],
  ] as const) {
    it(`of ${name} ${guarded ? "protects" : "does not protect"} what holds state with ${JSON.stringify(settings)}`, async () => {
      const { registrations } = await stack(name, settings);
      const made = registrations.all.filter(({ protect }) => protect).map(({ type }) => type);
      const logGroup = "aws:cloudwatch/logGroup:LogGroup";
      const expected = ["aws:kms/alias:Alias", "aws:kms/key:Key", logGroup, logGroup];
      assert.deepEqual(made.sort(), guarded ? expected.sort() : []);
    });
  }

  it("of production gives up its protection where a setting allows the destroy", async () => {
    const { registrations } = await stack("production", { allowDestroy: true });
    assert.equal(registrations.get("eks:index:Cluster production").inputs["deletionProtection"], false);
  });
});
