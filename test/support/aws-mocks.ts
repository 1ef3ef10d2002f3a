import * as aws from "@pulumi/aws";
import type { ProviderMocks } from "./registrations.ts";

const arnOnly = ({ name }: { name: string }): Record<string, unknown> => ({ arn: `arn:${name}` });
const nothing = (): Record<string, unknown> => ({});

/** What AWS answers for the resources that this project's components make. */
export const awsMocks: ProviderMocks = {
  resources: {
    "sdlc:teardown:CloudSweep": () => ({ account: "123456789012" }),
    "sdlc:teardown:ClusterDrain": () => ({}),
    "sdlc:teardown:Ledger": () => ({ account: "123456789012" }),
    "aws:cloudwatch/logGroup:LogGroup": arnOnly,
    "aws:ec2/eip:Eip": nothing,
    "aws:ec2/flowLog:FlowLog": nothing,
    "aws:ec2/internetGateway:InternetGateway": nothing,
    "aws:ec2/launchTemplate:LaunchTemplate": () => ({ latestVersion: 1 }),
    "aws:ec2/natGateway:NatGateway": ({ name }) => ({ publicIp: `address of ${name}` }),
    "aws:ec2/route:Route": nothing,
    "aws:ec2/routeTable:RouteTable": nothing,
    "aws:ec2/routeTableAssociation:RouteTableAssociation": nothing,
    "aws:ec2/subnet:Subnet": nothing,
    "aws:ec2/vpc:Vpc": nothing,
    "aws:ec2/vpcEndpoint:VpcEndpoint": nothing,
    "aws:eks/addon:Addon": nothing,
    "aws:eks/nodeGroup:NodeGroup": ({ name }) => ({ arn: `arn:${name}`, nodeGroupName: `${name}-1234567` }),
    "aws:eks/podIdentityAssociation:PodIdentityAssociation": nothing,
    "aws:iam/role:Role": ({ name }) => ({ arn: `arn:${name}`, name: `${name}-1234567` }),
    "aws:iam/rolePolicy:RolePolicy": nothing,
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": nothing,
    "aws:kms/alias:Alias": nothing,
    "aws:kms/key:Key": ({ name }) => ({ arn: `arn:${name}`, keyId: `${name}-key` }),
    "aws:eks/cluster:Cluster": ({ name, inputs }) => ({
      arn: `arn:${name}`,
      endpoint: `https://${String(inputs["name"])}.eks`,
    }),
    // As the plugin of @pulumi/eks does, it makes the cluster as a resource of its own and refers to it.
    "eks:index:Cluster": ({ name, inputs }) => ({
      eksCluster: new aws.eks.Cluster(`${name}-eksCluster`, {
        name: String(inputs["name"]),
        version: String(inputs["version"]),
        roleArn: `arn:${name}-eksRole`,
        vpcConfig: { subnetIds: [] },
      }),
      kubeconfigJson: `kubeconfig of ${String(inputs["name"])}`,
      clusterSecurityGroupId: "sg-cluster",
      oidcProviderArn: "arn:oidc",
      oidcProviderUrl: "https://oidc",
    }),
  },
  functions: {
    "aws:index/getPartition:getPartition": () => ({ partition: "aws" }),
    "aws:index/getCallerIdentity:getCallerIdentity": () => ({ accountId: "123456789012" }),
    "aws:iam/getPolicy:getPolicy": ({ arn }) => ({ arn }),
    "aws:eks/getAddonVersion:getAddonVersion": ({ addonName, kubernetesVersion }) => ({
      version: `default ${String(addonName)} for ${String(kubernetesVersion)}`,
    }),
  },
};
