import assert from "node:assert/strict";
import { EC2 } from "@aws-sdk/client-ec2";
import { IAM } from "@aws-sdk/client-iam";
import { KMS } from "@aws-sdk/client-kms";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { region, startPlatform, user, type Platform } from "../../gateway/platform.ts";
import type { EngineProject, EngineRun } from "../engine-project.ts";
import { AwsStandIn } from "./aws-stand-in.ts";

interface Settings {
  readonly name: string;
  readonly secondSubnet: string;
  readonly owner: string;
  readonly description: string;
}

const initial: Settings = {
  name: "trial",
  secondSubnet: "10.0.16.0/20",
  owner: "platform",
  description: "for nodes",
};

/** A network with everything a cluster needs but the cluster, which moto's EKS is too small for. */
const program = ({ name, secondSubnet, owner, description }: Settings): string => `
import * as aws from "@pulumi/aws";
const provider = new aws.Provider("aws", { region: "${region}", defaultTags: { tags: { owner: "${owner}", stack: "trial" } } });
const opts = { provider };
const vpc = new aws.ec2.Vpc("net", { cidrBlock: "10.0.0.0/16", enableDnsHostnames: true, tags: { Name: "${name}" } }, opts);
const zones = aws.getAvailabilityZonesOutput({ state: "available" }, opts).names;
const subnet = (key, cidrBlock, index) =>
  new aws.ec2.Subnet(key, { vpcId: vpc.id, cidrBlock, availabilityZone: zones[index], mapPublicIpOnLaunch: index === 0 }, opts);
const first = subnet("first", "10.0.0.0/20", 0);
const second = subnet("second", "${secondSubnet}", 1);
const gateway = new aws.ec2.InternetGateway("igw", { vpcId: vpc.id }, opts);
const eip = new aws.ec2.Eip("eip", { domain: "vpc" }, { ...opts, dependsOn: gateway });
const nat = new aws.ec2.NatGateway("nat", { subnetId: first.id, allocationId: eip.allocationId }, { ...opts, dependsOn: gateway });
const pub = new aws.ec2.RouteTable("public", { vpcId: vpc.id, routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: gateway.id }] }, opts);
const priv = new aws.ec2.RouteTable("private", { vpcId: vpc.id }, opts);
new aws.ec2.Route("out", { routeTableId: priv.id, destinationCidrBlock: "0.0.0.0/0", natGatewayId: nat.id }, opts);
new aws.ec2.RouteTableAssociation("first", { routeTableId: pub.id, subnetId: first.id }, opts);
new aws.ec2.RouteTableAssociation("second", { routeTableId: priv.id, subnetId: second.id }, opts);
new aws.ec2.VpcEndpoint("s3", { vpcId: vpc.id, serviceName: "com.amazonaws.${region}.s3", routeTableIds: [priv.id] }, opts);
const trust = JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "ec2.amazonaws.com" } }] });
const role = new aws.iam.Role("node", { assumeRolePolicy: trust, description: "${description}" }, opts);
const partition = aws.getPartitionOutput({}, opts).partition;
new aws.iam.RolePolicyAttachment("node", { role, policyArn: partition.apply((p) => "arn:" + p + ":iam::aws:policy/AmazonEKSWorkerNodePolicy") }, opts);
new aws.iam.RolePolicy("node", { role: role.id, policy: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }] } }, opts);
new aws.iam.OpenIdConnectProvider("oidc", { url: "https://oidc.example.test/id/1", clientIdLists: ["sts.amazonaws.com"], thumbprintLists: ["9e99a48a9960b14926bb7f3b02e22da2b0ab7280"] }, opts);
const key = new aws.kms.Key("key", { description: "secrets", enableKeyRotation: true, deletionWindowInDays: 7 }, opts);
new aws.kms.Alias("key", { targetKeyId: key.keyId }, opts);
const group = new aws.cloudwatch.LogGroup("logs", { retentionInDays: 7 }, opts);
new aws.ec2.FlowLog("flow", { vpcId: vpc.id, logDestination: group.arn, iamRoleArn: role.arn, trafficType: "ALL" }, opts);
const template = new aws.ec2.LaunchTemplate("nodes", {
  updateDefaultVersion: true,
  metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1, httpEndpoint: "enabled" },
  blockDeviceMappings: [{ deviceName: "/dev/xvda", ebs: { volumeSize: 20, volumeType: "gp3", encrypted: "true", deleteOnTermination: "true" } }],
  tagSpecifications: [{ resourceType: "instance", tags: { Name: "${name}" } }],
}, opts);
export const caller = aws.getCallerIdentityOutput({}, opts).accountId;
export const vpcId = vpc.id;
export const tagsAll = vpc.tagsAll;
export const defaultVersion = template.defaultVersion;
export const mainTable = vpc.mainRouteTableId;
`;

/** With the stack and the provider. */
const resourceCount = 23;

describe("the AWS provider stand-in on the real engine", function () {
  this.timeout(120_000);
  let platform: Platform;
  let project: EngineProject;
  let clients: { ec2: EC2; iam: IAM; kms: KMS; logs: CloudWatchLogs };
  const stand = new AwsStandIn();

  before(async () => {
    platform = await startPlatform(0);
    const client = { region, endpoint: platform.gateway.url, credentials: user };
    clients = {
      ec2: new EC2(client),
      iam: new IAM(client),
      kms: new KMS(client),
      logs: new CloudWatchLogs(client),
    };
    project = await stand.start(platform);
  });
  after(async () => {
    await stand.stop();
    await platform.stop();
  });

  async function run(
    command: "preview" | "up" | "refresh" | "destroy",
    settings?: Partial<Settings>,
  ): Promise<EngineRun> {
    if (settings) await project.program(program({ ...initial, ...settings }));
    return stand.run(command);
  }

  it("previews without creating anything", async () => {
    const { changes, diagnostics } = await run("preview", {});
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(changes, { create: resourceCount });
    const { Vpcs } = await clients.ec2.describeVpcs({ Filters: [{ Name: "is-default", Values: ["false"] }] });
    assert.deepEqual(Vpcs, []);
  });

  it("creates what the program says, with the default tags", async () => {
    const { changes, diagnostics } = await run("up");
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(changes, { create: resourceCount });
    const { vpcId, tagsAll, caller, mainTable } = await project.outputs();
    assert.equal(caller, "123456789012");
    assert.match(String(mainTable), /^rtb-/);
    assert.deepEqual(tagsAll, { Name: "trial", owner: "platform", stack: "trial" });
    const { Tags } = await clients.ec2.describeTags({
      Filters: [{ Name: "resource-id", Values: [String(vpcId)] }],
    });
    assert.deepEqual(Tags?.map(({ Key, Value }) => [Key, Value]).sort(), Object.entries(tagsAll).sort());
    const { EnableDnsHostnames } = await clients.ec2.describeVpcAttribute({
      VpcId: String(vpcId),
      Attribute: "enableDnsHostnames",
    });
    assert.equal(EnableDnsHostnames?.Value, true);
  });

  it("finds nothing to change in a second preview, up and refresh", async () => {
    assert.deepEqual((await run("preview")).changes, { same: resourceCount });
    const second = await run("up");
    assert.deepEqual(second.changes, { same: resourceCount });
    const refreshed = await run("refresh");
    assert.deepEqual(refreshed.diagnostics, []);
    assert.deepEqual(refreshed.changes, { same: resourceCount });
    assert.deepEqual((await run("up")).changes, { same: resourceCount });
  });

  it("updates tags and descriptions in place", async () => {
    const { changes, steps } = await run("up", { name: "renamed", description: "changed" });
    // The VPC's own tag, the template's new version, the role.
    assert.deepEqual(changes, { same: resourceCount - 3, update: 3 });
    assert.deepEqual([...steps].filter((step) => step.startsWith("update")).sort(), [
      "update net",
      "update node",
      "update nodes",
    ]);
    assert.equal((await project.outputs())["defaultVersion"], 2);
  });

  it("updates every tagged resource when only the provider's default tags change", async () => {
    const { changes, diagnostics } = await run("up", {
      name: "renamed",
      description: "changed",
      owner: "other",
    });
    assert.deepEqual(diagnostics, []);
    assert.ok((changes["update"] ?? 0) >= 14, JSON.stringify(changes));
    assert.equal(changes["replace"], undefined);
    const { vpcId } = await project.outputs();
    const { Vpcs } = await clients.ec2.describeVpcs({ VpcIds: [String(vpcId)] });
    assert.ok(Vpcs?.[0]?.Tags?.some(({ Key, Value }) => Key === "owner" && Value === "other"));
  });

  it("replaces a subnet whose CIDR changes, and the association that names it", async () => {
    const { changes, steps } = await run("up", {
      name: "renamed",
      description: "changed",
      owner: "other",
      secondSubnet: "10.0.32.0/20",
    });
    assert.equal(changes["replace"], 2);
    assert.ok(
      steps.indexOf("create-replacement second") < steps.lastIndexOf("delete-replaced second"),
      steps.join(", "),
    );
  });

  it("notices on refresh what was changed and deleted by hand, and repairs it", async () => {
    const { vpcId } = await project.outputs();
    await clients.ec2.createTags({
      Resources: [String(vpcId)],
      Tags: [{ Key: "Name", Value: "by hand" }],
    });
    const { logGroups } = await clients.logs.describeLogGroups({});
    await clients.logs.deleteLogGroup({ logGroupName: logGroups?.[0]?.logGroupName });
    const refreshed = await run("refresh");
    assert.equal(refreshed.changes["update"], 1);
    assert.equal(refreshed.changes["delete"], 1);
    const repaired = await run("up");
    assert.deepEqual(repaired.diagnostics, []);
    assert.equal(repaired.changes["create"], 1);
    assert.ok((repaired.changes["update"] ?? 0) >= 1);
    assert.deepEqual((await run("up")).changes["same"], resourceCount);
  });

  it("destroys everything, in an order that AWS accepts", async () => {
    const { failed, diagnostics } = await run("destroy");
    assert.equal(failed, false, diagnostics.join("\n"));
    assert.deepEqual(diagnostics, []);
    const { ec2, iam, kms, logs } = clients;
    const { Vpcs } = await ec2.describeVpcs({ Filters: [{ Name: "is-default", Values: ["false"] }] });
    assert.deepEqual(Vpcs, []);
    assert.deepEqual((await ec2.describeAddresses({})).Addresses, []);
    assert.deepEqual((await ec2.describeFlowLogs({})).FlowLogs, []);
    assert.deepEqual((await ec2.describeLaunchTemplates({})).LaunchTemplates, []);
    assert.deepEqual((await iam.listRoles({})).Roles, []);
    assert.deepEqual((await iam.listOpenIDConnectProviders({})).OpenIDConnectProviderList, []);
    assert.deepEqual((await logs.describeLogGroups({})).logGroups, []);
    const { Keys } = await kms.listKeys({});
    const states = await Promise.all(
      (Keys ?? []).map(async ({ KeyId }) => (await kms.describeKey({ KeyId })).KeyMetadata),
    );
    assert.deepEqual(
      states.map((state) => state?.KeyState),
      ["PendingDeletion"],
    );
  });
});
