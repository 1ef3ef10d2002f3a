import assert from "node:assert/strict";
import type { NodeGroupArgs } from "../../components/node-group.ts";
import { awsMocks } from "../support/aws-mocks.ts";
import { wholeCluster } from "../support/environment.ts";
import { record, type Registrations } from "../support/registrations.ts";

const component = "sdlc:node-group:NodeGroup pool";
const template = "aws:ec2/launchTemplate:LaunchTemplate pool";
const group = "aws:eks/nodeGroup:NodeGroup pool";
const role = "aws:iam/role:Role nodes-role";
const workerPolicy = "aws:iam/rolePolicyAttachment:RolePolicyAttachment nodes-AmazonEKSWorkerNodePolicy";
const pullPolicy =
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment nodes-AmazonEC2ContainerRegistryPullOnly";

async function nodeGroup(change: Partial<NodeGroupArgs> = {}): Promise<Registrations> {
  const { registrations } = await record(awsMocks, () => {
    wholeCluster(change);
  });
  return registrations;
}

describe("NodeGroup", () => {
  it("makes a launch template and a group that waits for its network, its role and the add-ons nodes need", async () => {
    const registrations = await nodeGroup();
    const inNetwork = ["sdlc:network:Network net", "sdlc:network:FlowLogs net-flow-logs"]
      .flatMap((parent) => registrations.childrenOf(parent))
      .filter((label) => registrations.get(label).kind !== "component");
    const nodeTags = { stack: "sandbox-a", Name: "pool" };

    assert.deepEqual(registrations.shapeOf(component), {
      [template]: [
        {
          metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
          blockDeviceMappings: [
            {
              deviceName: "/dev/xvda",
              ebs: { volumeType: "gp3", volumeSize: 50, encrypted: "true", deleteOnTermination: "true" },
            },
          ],
          tagSpecifications: [
            { resourceType: "instance", tags: nodeTags },
            { resourceType: "volume", tags: nodeTags },
            { resourceType: "network-interface", tags: nodeTags },
          ],
        },
        [],
      ],
      [group]: [
        {
          clusterName: "sandbox-a",
          version: "1.35",
          subnetIds: ["net-private-eu-west-1a-id", "net-private-eu-west-1b-id"],
          nodeRoleArn: "arn:nodes-role",
          launchTemplate: { id: "pool-id", version: "1" },
          amiType: "AL2023_x86_64_STANDARD",
          instanceTypes: ["m7i.large"],
          capacityType: "ON_DEMAND",
          scalingConfig: { minSize: 1, desiredSize: 2, maxSize: 3 },
          updateConfig: { maxUnavailablePercentage: 33 },
          labels: {},
          taints: [],
        },
        [
          "eks:index:Cluster kube",
          // The resource inside: a failure spreads to it, and does not to a remote component's children.
          "aws:eks/cluster:Cluster kube-eksCluster",
          ...inNetwork,
          template,
          role,
          workerPolicy,
          pullPolicy,
          "aws:eks/addon:Addon system-vpc-cni",
          "aws:eks/addon:Addon system-kube-proxy",
          "aws:eks/addon:Addon system-eks-pod-identity-agent",
          "aws:eks/podIdentityAssociation:PodIdentityAssociation system-vpc-cni",
          "aws:iam/role:Role system-vpc-cni-role",
          "aws:iam/rolePolicyAttachment:RolePolicyAttachment system-vpc-cni-AmazonEKS_CNI_Policy",
        ].sort(),
      ],
    });
  });

  it("gives the nodes a role that joins and pulls images, and nothing more", async () => {
    const registrations = await nodeGroup();
    assert.deepEqual(registrations.shapeOf("sdlc:node-group:NodeRole nodes"), {
      [role]: [
        {
          assumeRolePolicy: JSON.stringify({
            Version: "2012-10-17",
            Statement: [
              { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: ["sts:AssumeRole"] },
            ],
          }),
          forceDetachPolicies: true,
        },
        [],
      ],
      [workerPolicy]: [
        { role: "nodes-role-1234567", policyArn: "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy" },
        [role],
      ],
      [pullPolicy]: [
        {
          role: "nodes-role-1234567",
          policyArn: "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
        },
        [role],
      ],
    });
  });

  it("hands on spot capacity, labels and taints", async () => {
    const registrations = await nodeGroup({
      capacityType: "SPOT",
      instanceTypes: ["m7i.large", "m7a.large"],
      labels: { pool: "batch" },
      taints: [
        { key: "batch", value: "true", effect: "NO_SCHEDULE" },
        { key: "slow", effect: "PREFER_NO_SCHEDULE" },
      ],
    });
    const { capacityType, instanceTypes, labels, taints } = registrations.get(group).inputs;
    assert.deepEqual(
      { capacityType, instanceTypes, labels, taints },
      {
        capacityType: "SPOT",
        instanceTypes: ["m7i.large", "m7a.large"],
        labels: { pool: "batch" },
        taints: [
          { key: "batch", value: "true", effect: "NO_SCHEDULE" },
          { key: "slow", effect: "PREFER_NO_SCHEDULE" },
        ],
      },
    );
  });

  it("sizes the disk that holds containers, which on Bottlerocket is the second", async () => {
    const registrations = await nodeGroup({ amiType: "BOTTLEROCKET_ARM_64", diskSize: 80 });
    const [disk] = registrations.get(template).inputs["blockDeviceMappings"] as [
      { deviceName: string; ebs: { volumeSize: number } },
    ];
    assert.deepEqual([disk.deviceName, disk.ebs.volumeSize], ["/dev/xvdb", 80]);
    assert.equal(registrations.get(group).inputs["amiType"], "BOTTLEROCKET_ARM_64");
  });
});
