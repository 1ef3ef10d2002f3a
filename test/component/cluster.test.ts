import assert from "node:assert/strict";
import { Cluster, type ClusterArgs } from "../../components/cluster.ts";
import { Network } from "../../components/network.ts";
import { awsMocks } from "../support/aws-mocks.ts";
import { record, type Recording } from "../support/registrations.ts";

const component = "sdlc:cluster:Cluster kube";
const eksCluster = "eks:index:Cluster kube";
const controlPlane = "aws:eks/cluster:Cluster kube-eksCluster";
const provider = "pulumi:providers:kubernetes kube-kubernetes";
const logGroup = "aws:cloudwatch/logGroup:LogGroup kube-logs";
const key = "aws:kms/key:Key kube-secrets";
const alias = "aws:kms/alias:Alias kube-secrets";

const inNetwork = [
  "aws:ec2/vpc:Vpc net-vpc",
  "aws:ec2/route:Route net-public-internet",
  ...["public-eu-west-1a", "public-eu-west-1b"].map(
    (name) => `aws:ec2/routeTableAssociation:RouteTableAssociation net-${name}`,
  ),
  ...["public-eu-west-1a", "public-eu-west-1b", "private-eu-west-1a", "private-eu-west-1b"].map(
    (name) => `aws:ec2/subnet:Subnet net-${name}`,
  ),
];

function cluster(change: Partial<ClusterArgs> = {}): Promise<Recording<Record<string, unknown>>> {
  return record(awsMocks, () => {
    const network = new Network("net", {
      region: "eu-west-1",
      cidr: "10.0.0.0/16",
      zones: ["eu-west-1a", "eu-west-1b"],
      natGateways: "single",
    });
    const made = new Cluster("kube", {
      clusterName: "sandbox-a",
      kubernetesVersion: "1.35",
      network,
      publicEndpointCidrs: ["203.0.113.0/24"],
      administrators: [],
      controlPlaneLogs: { types: [], retentionDays: 7 },
      deletionProtection: false,
      ...change,
    });
    return {
      clusterName: made.clusterName,
      clusterArn: made.clusterArn,
      endpoint: made.endpoint,
      kubernetesVersion: made.kubernetesVersion,
      kubeconfig: made.kubeconfig,
      securityGroupId: made.securityGroupId,
      oidcProviderArn: made.oidcProviderArn,
      oidcIssuerUrl: made.oidcIssuerUrl,
    };
  });
}

const bareInputs = {
  name: "sandbox-a",
  version: "1.35",
  vpcId: "net-vpc-id",
  subnetIds: ["net-private-eu-west-1a-id", "net-private-eu-west-1b-id"],
  authenticationMode: "API",
  accessEntries: {},
  createOidcProvider: true,
  deletionProtection: false,
  endpointPrivateAccess: true,
  endpointPublicAccess: true,
  publicAccessCidrs: ["203.0.113.0/24"],
  enabledClusterLogTypes: [],
  skipDefaultNodeGroup: true,
  skipDefaultSecurityGroups: true,
  useDefaultVpcCni: true,
  bootstrapSelfManagedAddons: false,
  // An empty one keeps AWS_PROFILE of whoever runs this out of the state.
  providerCredentialOpts: {},
  kubeProxyAddonOptions: {
    enabled: false,
    resolveConflictsOnCreate: "OVERWRITE",
    resolveConflictsOnUpdate: "OVERWRITE",
  },
};

describe("Cluster", () => {
  it("makes a bare control plane and one provider that is bound to it", async () => {
    const { registrations, outputs } = await cluster();

    assert.deepEqual(registrations.shapeOf(component), {
      [eksCluster]: [bareInputs, [...inNetwork].sort()],
      [provider]: [
        {
          kubeconfig: { secret: "kubeconfig of sandbox-a" },
          clusterIdentifier: "https://sandbox-a.eks",
          // The provider's configuration crosses the wire as JSON.
          upsertExistingObjects: "true",
          enableSecretMutable: "true",
        },
        [controlPlane, eksCluster],
      ],
    });
    assert.deepEqual(outputs, {
      clusterName: "sandbox-a",
      clusterArn: "arn:kube-eksCluster",
      endpoint: "https://sandbox-a.eks",
      kubernetesVersion: "1.35",
      kubeconfig: "kubeconfig of sandbox-a",
      securityGroupId: "sg-cluster",
      oidcProviderArn: "arn:oidc",
      oidcIssuerUrl: "https://oidc",
    });
  });

  it("makes the log group and the key first, and keeps them until the cluster is gone", async () => {
    const { registrations } = await cluster({
      controlPlaneLogs: { types: ["api", "audit"], retentionDays: 30 },
      secretsEncryption: { keyDeletionWindowDays: 7 },
    });

    const shapes = registrations.shapeOf(component);
    assert.deepEqual(Object.keys(shapes), [alias, logGroup, key, eksCluster, provider].sort());
    assert.deepEqual(shapes[logGroup], [{ name: "/aws/eks/sandbox-a/cluster", retentionInDays: 30 }, []]);
    assert.deepEqual(shapes[key], [
      {
        description: "Kubernetes secrets of the EKS cluster sandbox-a",
        deletionWindowInDays: 7,
        enableKeyRotation: true,
      },
      [],
    ]);
    assert.deepEqual(shapes[alias], [
      { name: "alias/eks/sandbox-a/secrets", targetKeyId: "kube-secrets-key" },
      [key],
    ]);
    assert.deepEqual(shapes[eksCluster], [
      {
        ...bareInputs,
        enabledClusterLogTypes: ["api", "audit"],
        encryptionConfigKeyArn: "arn:kube-secrets",
      },
      [...inNetwork, logGroup, key].sort(),
    ]);
  });

  it("has no public endpoint where nobody outside may reach it", async () => {
    const { registrations } = await cluster({ publicEndpointCidrs: [] });
    const { endpointPrivateAccess, endpointPublicAccess, publicAccessCidrs } =
      registrations.get(eksCluster).inputs;
    assert.deepEqual(
      { endpointPrivateAccess, endpointPublicAccess, publicAccessCidrs },
      { endpointPrivateAccess: true, endpointPublicAccess: false, publicAccessCidrs: undefined },
    );
  });

  it("hands on administrators, the block for Services and the protection of its class", async () => {
    const administrator = "arn:aws:iam::123456789012:role/platform";
    const { registrations } = await cluster({
      administrators: [administrator],
      serviceCidr: "172.20.0.0/16",
      deletionProtection: true,
    });
    assert.deepEqual(registrations.get(eksCluster).inputs, {
      ...bareInputs,
      accessEntries: {
        "123456789012/role/platform": {
          principalArn: administrator,
          accessPolicies: {
            admin: {
              policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
              accessScope: { type: "cluster" },
            },
          },
        },
      },
      kubernetesServiceIpAddressRange: "172.20.0.0/16",
      deletionProtection: true,
    });
  });
});
