import assert from "node:assert/strict";
import { awsMocks } from "../support/aws-mocks.ts";
import { wholeCluster } from "../support/environment.ts";
import { record, type Registrations } from "../support/registrations.ts";

const nodeGroup = "aws:eks/nodeGroup:NodeGroup pool";
const cluster = "eks:index:Cluster kube";
const addon = (name: string): string => `aws:eks/addon:Addon ${name}`;

/** Labels of everything registered whose type is one of `types`. */
function ofTypes(registrations: Registrations, ...types: string[]): string[] {
  const found = registrations.all.filter(({ type }) => types.includes(type)).map(({ label }) => label);
  assert.notEqual(found.length, 0, `nothing is of type ${types.join(", ")}`);
  return found;
}

describe("the order of a destroy", () => {
  let registrations: Registrations;
  before(async () => {
    ({ registrations } = await record(awsMocks, () => {
      wholeCluster();
    }));
  });

  function assertBefore(first: string, later: readonly string[]): void {
    const outliving = registrations.outliving(first);
    assert.deepEqual(
      later.filter((label) => !outliving.includes(label)),
      [],
      `these may be deleted before ${first}`,
    );
  }

  it("takes the add-ons that run on nodes away before the nodes", () => {
    assertBefore(addon("workload-coredns"), [nodeGroup]);
    assertBefore(addon("workload-aws-ebs-csi-driver"), [nodeGroup]);
  });

  it("takes the nodes away before the add-ons they live by and before every role they use", () => {
    assertBefore(nodeGroup, [
      addon("system-vpc-cni"),
      addon("system-kube-proxy"),
      addon("system-eks-pod-identity-agent"),
      "aws:eks/podIdentityAssociation:PodIdentityAssociation system-vpc-cni",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment system-vpc-cni-AmazonEKS_CNI_Policy",
      "aws:iam/role:Role system-vpc-cni-role",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment nodes-AmazonEKSWorkerNodePolicy",
      "aws:iam/role:Role nodes-role",
    ]);
  });

  it("takes every add-on, association and node away before the cluster", () => {
    const inCluster = ofTypes(
      registrations,
      "aws:eks/addon:Addon",
      "aws:eks/podIdentityAssociation:PodIdentityAssociation",
      "aws:eks/nodeGroup:NodeGroup",
    );
    for (const label of inCluster) assertBefore(label, [cluster, "aws:eks/cluster:Cluster kube-eksCluster"]);
  });

  it("takes add-ons away before the permissions of their pods", () => {
    assertBefore(addon("system-vpc-cni"), [
      "aws:eks/podIdentityAssociation:PodIdentityAssociation system-vpc-cni",
      "aws:iam/role:Role system-vpc-cni-role",
    ]);
    assertBefore(addon("workload-aws-ebs-csi-driver"), [
      "aws:eks/podIdentityAssociation:PodIdentityAssociation workload-ebs-csi",
      "aws:iam/role:Role workload-ebs-csi-role",
    ]);
  });

  it("takes the add-ons of a stage away at the same time: the engine deletes by depth, one after the other", () => {
    const depth = (label: string): number => {
      const { dependencies, parent } = registrations.get(label);
      return 1 + Math.max(0, ...dependencies.map(depth), parent === undefined ? 0 : depth(parent));
    };
    const depths = (...names: string[]): Set<number> => new Set(names.map(addon).map(depth));
    assert.equal(depths("system-vpc-cni", "system-kube-proxy", "system-eks-pod-identity-agent").size, 1);
    assert.equal(depths("workload-coredns", "workload-aws-ebs-csi-driver").size, 1);
  });

  it("takes the nodes away before everything in their network", () => {
    const network = registrations.childrenOf("sdlc:network:Network net");
    assertBefore(
      nodeGroup,
      network.filter((label) => !isComponent(label)),
    );
  });

  it("takes the cluster away before its subnets and their VPC, its log group and its key", () => {
    assertBefore(cluster, [
      ...ofTypes(registrations, "aws:ec2/subnet:Subnet", "aws:ec2/vpc:Vpc", "aws:ec2/flowLog:FlowLog"),
      "aws:ec2/internetGateway:InternetGateway net-internet-gateway",
      "aws:ec2/route:Route net-public-internet",
      "aws:cloudwatch/logGroup:LogGroup kube-logs",
      "aws:kms/key:Key kube-secrets",
    ]);
  });

  it("lets neither the control plane wait for NAT gateways nor these for it", () => {
    const controlPlane = "aws:eks/cluster:Cluster kube-eksCluster";
    for (const nat of ofTypes(registrations, "aws:ec2/natGateway:NatGateway")) {
      assert.ok(!registrations.outliving(controlPlane).includes(nat));
      assert.ok(!registrations.outliving(nat).includes(controlPlane));
    }
  });

  it("unmaps every public address before the internet gateway is detached", () => {
    const mapped = ofTypes(registrations, "aws:ec2/natGateway:NatGateway", "aws:ec2/eip:Eip");
    for (const label of mapped) {
      assertBefore(label, ["aws:ec2/internetGateway:InternetGateway net-internet-gateway"]);
    }
    assertBefore("aws:ec2/natGateway:NatGateway net-nat-eu-west-1a", [
      "aws:ec2/eip:Eip net-nat-eu-west-1a-address",
    ]);
  });

  it("takes the VPC away last of all that is in it", () => {
    const vpc = "aws:ec2/vpc:Vpc net-vpc";
    const inVpc = registrations.childrenOf("sdlc:network:Network net").filter((label) => label !== vpc);
    for (const label of inVpc.filter((child) => !isComponent(child))) assertBefore(label, [vpc]);
    assertBefore("aws:ec2/flowLog:FlowLog net-flow-logs-vpc", [vpc]);
  });

  it("protects and retains nothing: what a stack made, a destroy takes away", () => {
    const kept = registrations.all.filter(({ protect, retainOnDelete }) => protect || retainOnDelete);
    assert.deepEqual(kept, []);
  });

  function isComponent(label: string): boolean {
    return registrations.get(label).kind === "component";
  }
});

describe("a first preview", () => {
  it("registers the same resources as an up, though no output is known yet", async () => {
    const up = await record(awsMocks, wholeCluster);
    const preview = await record(awsMocks, wholeCluster, { preview: true });
    assert.deepEqual(preview.registrations.labels(), up.registrations.labels());
    for (const { label, dependencies } of up.registrations.all) {
      assert.deepEqual(preview.registrations.get(label).dependencies, dependencies, label);
    }
  });
});
