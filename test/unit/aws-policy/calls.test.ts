/**
 * The calls of a sandbox's life, each with what AWS knows of it: the tags of the request for what is made, of the
 * resource for what is there. EC2 evaluates a call once for each resource, and knows the request's tags only for the
 * one that they are put on.
 */
import assert from "node:assert/strict";
import { accountId, allows, arn, type Call } from "./documents.ts";

const shipped = `arn:aws:iam::${accountId}:policy/kubernetes-sdlc-boundary`;
const asked = { "aws:RequestTag/sdlc:stack": "kubernetes-sdlc/sandbox-a" };
const own = { "aws:ResourceTag/sdlc:stack": "kubernetes-sdlc/sandbox-a" };
const call = (action: string, resource: string, context: Call["context"] = {}): Call => ({
  action,
  resource,
  context,
});
const ec2 = (action: string, resource: string, context: Call["context"] = {}): Call =>
  call(`ec2:${action}`, arn("ec2", resource), context);
const made = (action: string, type: string): Call[] => [
  ec2(action, `${type}/new`, asked),
  ec2("CreateTags", `${type}/x-1`, {
    ...asked,
    "ec2:CreateAction": action,
    "aws:TagKeys": ["Name", "sdlc:stack"],
  }),
];
const eks = (action: string, resource: string, context: Call["context"] = own): Call =>
  call(`eks:${action}`, arn("eks", resource), context);
const roleArn = (name: string): string => arn("iam", `role/${name}`);
const log = (name: string): string => arn("logs", `log-group:${name}`);
const key = arn("kms", "key/1");
const oidc = arn("iam", "oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/1");
const bounded = { ...own, "iam:PermissionsBoundary": shipped };
const cluster = "cluster/sandbox-a";
const ofCluster = {
  nodegroup: "nodegroup/sandbox-a/sandbox-a-general-1/1",
  addon: "addon/sandbox-a/vpc-cni/1",
  accessEntry: `access-entry/sandbox-a/role/${accountId}/admin/1`,
  association: "podidentityassociation/sandbox-a/a-1",
};

const roles = {
  "sandbox-a-eksRole-role-0a1b2c3": ["AmazonEKSClusterPolicy"],
  "sandbox-a-nodes-role-0a1b2c3": ["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly"],
  "sandbox-a-base-vpc-cni-role-0a1b2c3": ["AmazonEKS_CNI_Policy"],
  "sandbox-a-core-ebs-csi-role-0a1b2c3": ["service-role/AmazonEBSCSIDriverPolicy"],
  "production-flow-logs-role-0a1b2c3": [],
};

const life: Readonly<Record<string, readonly Call[]>> = {
  "looks before it makes": [
    call("ec2:DescribeAvailabilityZones", "*"),
    call("ec2:DescribeVpcs", "*"),
    call("iam:GetPolicy", shipped),
    call("iam:GetPolicyVersion", shipped),
    call("iam:ListRoles", "*"),
    call("tag:GetResources", "*"),
    call("secretsmanager:GetSecretValue", arn("secretsmanager", "secret:kubernetes-sdlc/flux-a1b2c3")),
  ],
  "makes the network": [
    ...made("CreateVpc", "vpc"),
    ec2("ModifyVpcAttribute", "vpc/vpc-1", own),
    ...made("CreateSubnet", "subnet"),
    ec2("CreateSubnet", "vpc/vpc-1", own),
    ec2("ModifySubnetAttribute", "subnet/subnet-1", own),
    ...made("CreateInternetGateway", "internet-gateway"),
    ec2("AttachInternetGateway", "internet-gateway/igw-1", own),
    ec2("AttachInternetGateway", "vpc/vpc-1", own),
    ...made("AllocateAddress", "elastic-ip"),
    ...made("CreateNatGateway", "natgateway"),
    ec2("CreateNatGateway", "elastic-ip/eipalloc-1", own),
    ec2("CreateNatGateway", "subnet/subnet-1", own),
    ...made("CreateRouteTable", "route-table"),
    ec2("CreateRouteTable", "vpc/vpc-1", own),
    ec2("CreateRoute", "route-table/rtb-1", own),
    ec2("AssociateRouteTable", "route-table/rtb-1", own),
    ec2("AssociateRouteTable", "subnet/subnet-1", own),
    ...made("CreateVpcEndpoint", "vpc-endpoint"),
    ec2("CreateVpcEndpoint", "vpc/vpc-1", own),
    ec2("CreateVpcEndpoint", "route-table/rtb-1", own),
    ...made("CreateFlowLogs", "vpc-flow-log"),
    ec2("CreateFlowLogs", "vpc/vpc-1", own),
    call("iam:PassRole", roleArn("production-flow-logs-role-0a1b2c3"), {
      "iam:PassedToService": "vpc-flow-logs.amazonaws.com",
    }),
    call("logs:CreateLogGroup", log("/aws/vpc/production-flow-logs"), asked),
    call("logs:TagResource", log("/aws/vpc/production-flow-logs"), asked),
    call("logs:PutRetentionPolicy", log("/aws/vpc/production-flow-logs")),
  ],
  "makes roles, with the boundary": Object.entries(roles).flatMap(([name, policies]) => [
    call("iam:CreateRole", roleArn(name), { ...asked, "iam:PermissionsBoundary": shipped }),
    call("iam:TagRole", roleArn(name), asked),
    ...policies.map((policy) =>
      call("iam:AttachRolePolicy", roleArn(name), {
        ...bounded,
        "iam:PolicyARN": `arn:aws:iam::aws:policy/${policy}`,
      }),
    ),
  ]),
  "gives flow logs their right": [
    call("iam:PutRolePolicy", roleArn("production-flow-logs-role-0a1b2c3"), bounded),
  ],
  "makes the cluster": [
    call("eks:CreateCluster", "*", asked),
    eks("TagResource", cluster, asked),
    call("iam:PassRole", roleArn("sandbox-a-eksRole-role-0a1b2c3"), {
      "iam:PassedToService": "eks.amazonaws.com",
    }),
    call(
      "iam:CreateServiceLinkedRole",
      arn("iam", "role/aws-service-role/eks.amazonaws.com/AWSServiceRoleForAmazonEKS"),
      {
        "iam:AWSServiceName": "eks.amazonaws.com",
      },
    ),
    call("logs:CreateLogGroup", log("/aws/eks/sandbox-a/cluster"), asked),
    call("logs:CreateLogGroup", log("/aws/eks/development/cluster"), asked),
    call("logs:PutRetentionPolicy", log("/aws/eks/sandbox-a/cluster")),
    call("iam:CreateOpenIDConnectProvider", oidc, asked),
    call("iam:TagOpenIDConnectProvider", oidc, asked),
    call("kms:CreateKey", "*", asked),
    call("kms:TagResource", key, asked),
    call("kms:EnableKeyRotation", key, own),
    call("kms:CreateAlias", arn("kms", "alias/eks/development/secrets")),
    call("kms:CreateAlias", key, own),
    call("kms:CreateGrant", key, own),
    eks("AssociateEncryptionConfig", cluster),
  ],
  "makes what belongs to the cluster": [
    eks("CreateAccessEntry", cluster, { ...own, ...asked }),
    eks("TagResource", ofCluster.accessEntry, asked),
    eks("AssociateAccessPolicy", ofCluster.accessEntry),
    eks("CreateAddon", cluster, { ...own, ...asked }),
    eks("TagResource", ofCluster.addon, asked),
    eks("CreatePodIdentityAssociation", cluster, { ...own, ...asked }),
    eks("TagResource", ofCluster.association, asked),
    call("iam:PassRole", roleArn("sandbox-a-base-vpc-cni-role-0a1b2c3"), {
      "iam:PassedToService": "pods.eks.amazonaws.com",
    }),
  ],
  "makes nodes": [
    ...made("CreateLaunchTemplate", "launch-template"),
    eks("CreateNodegroup", cluster, { ...own, ...asked }),
    eks("TagResource", ofCluster.nodegroup, asked),
    call("iam:PassRole", roleArn("sandbox-a-nodes-role-0a1b2c3"), {
      "iam:PassedToService": "ec2.amazonaws.com",
    }),
    ec2("RunInstances", "launch-template/lt-1", own),
    ec2("RunInstances", "subnet/subnet-1", own),
    ...["instance/new", "volume/new", "network-interface/new"].map((resource) =>
      ec2("RunInstances", resource, { ...asked, "ec2:LaunchTemplate": arn("ec2", "launch-template/lt-1") }),
    ),
    ...["security-group/sg-1"].map((resource) =>
      ec2("RunInstances", resource, { "ec2:LaunchTemplate": arn("ec2", "launch-template/lt-1") }),
    ),
    call("ec2:RunInstances", "arn:aws:ec2:eu-west-1::image/ami-1", {
      "ec2:LaunchTemplate": arn("ec2", "launch-template/lt-1"),
    }),
    ec2("CreateTags", "instance/i-1", { ...asked, "ec2:CreateAction": "RunInstances" }),
  ],
  "puts the boundary on the roles of an earlier release": Object.keys(roles).map((name) =>
    call("iam:PutRolePermissionsBoundary", roleArn(name), bounded),
  ),
  changes: [
    eks("UpdateClusterVersion", cluster),
    eks("UpdateClusterConfig", cluster),
    eks("UpdateNodegroupConfig", ofCluster.nodegroup),
    eks("UpdateNodegroupVersion", ofCluster.nodegroup),
    eks("UpdateAddon", ofCluster.addon),
    eks("UpdateAccessEntry", ofCluster.accessEntry),
    eks("TagResource", cluster, { ...own, "aws:TagKeys": ["sdlc:expiry"] }),
    ec2("CreateLaunchTemplateVersion", "launch-template/lt-1", own),
    ec2("ModifyLaunchTemplate", "launch-template/lt-1", own),
    ec2("CreateTags", "vpc/vpc-1", { ...own, "aws:TagKeys": ["sdlc:expiry"] }),
    ec2("CreateTags", "vpc/vpc-1", { ...own, ...asked, "aws:TagKeys": ["sdlc:stack", "Name"] }),
    ec2("DeleteTags", "vpc/vpc-1", { ...own, "aws:TagKeys": ["sdlc:expiry"] }),
    call("iam:TagRole", roleArn("sandbox-a-nodes-role-0a1b2c3"), { ...own, "aws:TagKeys": ["sdlc:expiry"] }),
    call("iam:UpdateAssumeRolePolicy", roleArn("sandbox-a-nodes-role-0a1b2c3"), bounded),
    call("logs:TagResource", log("/aws/eks/sandbox-a/cluster"), {}),
  ],
  "keeps what is to be kept": [ec2("CreateTags", "volume/vol-1", { ...own, "aws:TagKeys": ["sdlc:kept"] })],
  "sweeps what the cluster made": [
    ...["loadbalancer/app/k8s-web/1", "loadbalancer/net/k8s-web/1"].flatMap((name) =>
      ["DeleteLoadBalancer", "ModifyLoadBalancerAttributes"].map((action) =>
        call(`elasticloadbalancing:${action}`, arn("elasticloadbalancing", name), {
          "aws:ResourceTag/elbv2.k8s.aws/cluster": "sandbox-a",
        }),
      ),
    ),
    call("elasticloadbalancing:DeleteLoadBalancer", arn("elasticloadbalancing", "loadbalancer/a1"), own),
    call("elasticloadbalancing:DeleteTargetGroup", arn("elasticloadbalancing", "targetgroup/k8s-web/1"), {
      "aws:ResourceTag/elbv2.k8s.aws/cluster": "sandbox-a",
    }),
    ...["elbv2.k8s.aws/cluster", "aws:eks:cluster-name"].flatMap((tag) =>
      ["DeleteSecurityGroup", "RevokeSecurityGroupIngress", "RevokeSecurityGroupEgress"].map((action) =>
        ec2(action, "security-group/sg-1", { [`aws:ResourceTag/${tag}`]: "sandbox-a" }),
      ),
    ),
    ec2("DeleteVolume", "volume/vol-1", own),
    ec2("DeleteVolume", "volume/vol-1", { "aws:ResourceTag/ebs.csi.aws.com/cluster-name": "development" }),
    ec2("DeleteNetworkInterface", "network-interface/eni-1", {
      "aws:ResourceTag/cluster.k8s.amazonaws.com/name": "sandbox-a",
    }),
    ec2("TerminateInstances", "instance/i-1", { "aws:ResourceTag/eks:eks-cluster-name": "sandbox-a" }),
    ec2("ModifyInstanceAttribute", "instance/i-1", own),
    ec2("DeleteLaunchTemplate", "launch-template/lt-1", {
      "aws:ResourceTag/karpenter.k8s.aws/cluster": "sandbox-a",
    }),
    call("logs:DeleteLogGroup", log("/aws/containerinsights/sandbox-a/performance")),
    call("logs:DeleteLogGroup", log("/aws/eks/sandbox-a/cluster")),
  ],
  destroys: [
    ...[ofCluster.nodegroup, ofCluster.addon, ofCluster.accessEntry, ofCluster.association, cluster].map(
      (resource, at) =>
        eks(
          [
            "DeleteNodegroup",
            "DeleteAddon",
            "DeleteAccessEntry",
            "DeletePodIdentityAssociation",
            "DeleteCluster",
          ][at] ?? "",
          resource,
        ),
    ),
    eks("DisassociateAccessPolicy", ofCluster.accessEntry),
    ...(
      [
        ["DeleteFlowLogs", "vpc-flow-log/fl-1"],
        ["DeleteInternetGateway", "internet-gateway/igw-1"],
        ["DeleteLaunchTemplate", "launch-template/lt-1"],
        ["DeleteNatGateway", "natgateway/nat-1"],
        ["DeleteRoute", "route-table/rtb-1"],
        ["DeleteRouteTable", "route-table/rtb-1"],
        ["DeleteSubnet", "subnet/subnet-1"],
        ["DeleteVpc", "vpc/vpc-1"],
        ["DeleteVpcEndpoints", "vpc-endpoint/vpce-1"],
        ["DetachInternetGateway", "internet-gateway/igw-1"],
        ["DetachInternetGateway", "vpc/vpc-1"],
        ["DisassociateRouteTable", "route-table/rtb-1"],
        ["DisassociateRouteTable", "subnet/subnet-1"],
        ["ReleaseAddress", "elastic-ip/eipalloc-1"],
      ] as const
    ).map(([action, resource]) => ec2(action, resource, own)),
    // The roles of an earlier release have no boundary, and their stack may go without another `up`.
    ...["DeleteRole", "DeleteRolePolicy", "DetachRolePolicy"].map((action) =>
      call(`iam:${action}`, roleArn("production-flow-logs-role-0a1b2c3"), own),
    ),
    call("iam:DeleteOpenIDConnectProvider", oidc, own),
    call("kms:DeleteAlias", arn("kms", "alias/eks/development/secrets")),
    call("kms:DeleteAlias", key, own),
    call("kms:ScheduleKeyDeletion", key, own),
  ],
};

const tagged = { "aws:ResourceTag/ebs.csi.aws.com/cluster": "true" };
const balancer = `a${"0".repeat(31)}`;
const elb = (action: string, resource: string, context?: Call["context"]): Call =>
  call(`elasticloadbalancing:${action}`, arn("elasticloadbalancing", resource), context);

/** What the policies of AWS let the roles do, as far as the programs that use them do it. */
const ofRoles: Readonly<Record<string, readonly Call[]>> = {
  "join and pull": [
    call("eks:DescribeCluster", arn("eks", cluster)),
    call("eks-auth:AssumeRoleForPodIdentity", arn("eks", cluster)),
    call("ecr:GetAuthorizationToken", "*"),
    call("ecr:BatchGetImage", arn("ecr", "repository/eks/coredns")),
    call("ecr:GetDownloadUrlForLayer", arn("ecr", "repository/eks/coredns")),
  ],
  "give pods addresses": [
    ec2("CreateNetworkInterface", "network-interface/new", asked),
    ec2("CreateNetworkInterface", "subnet/subnet-1"),
    ec2("CreateNetworkInterface", "security-group/sg-1"),
    ec2("CreateTags", "network-interface/eni-1", { ...asked, "ec2:CreateAction": "CreateNetworkInterface" }),
    ec2("CreateTags", "network-interface/eni-1", {
      "aws:TagKeys": ["cluster.k8s.amazonaws.com/name", "node.k8s.amazonaws.com/instance_id"],
    }),
    ec2("AssignPrivateIpAddresses", "network-interface/eni-1"),
    ...[
      "AttachNetworkInterface",
      "DetachNetworkInterface",
      "ModifyNetworkInterfaceAttribute",
      "DeleteNetworkInterface",
    ].map((action) =>
      ec2(action, "network-interface/eni-1", { "aws:ResourceTag/node.k8s.amazonaws.com/instance_id": "i-1" }),
    ),
    ec2("AttachNetworkInterface", "instance/i-1"),
    ec2("DetachNetworkInterface", "instance/i-1"),
  ],
  "give claims volumes": [
    ec2("CreateVolume", "volume/new", { "aws:RequestTag/ebs.csi.aws.com/cluster": "true" }),
    ec2("CreateVolume", "snapshot/snap-1", tagged),
    ec2("CreateTags", "volume/vol-1", { ...asked, "ec2:CreateAction": "CreateVolume" }),
    ...["AttachVolume", "DetachVolume", "ModifyVolume", "DeleteVolume", "CreateSnapshot"].map((action) =>
      ec2(action, "volume/vol-1", tagged),
    ),
    ec2("AttachVolume", "volume/vol-1", { "aws:ResourceTag/kubernetes.io/created-for/pvc/name": "data" }),
    ec2("AttachVolume", "instance/i-1"),
    ec2("CreateSnapshot", "snapshot/new", { "aws:RequestTag/ebs.csi.aws.com/cluster": "true" }),
    ec2("DeleteSnapshot", "snapshot/snap-1", tagged),
  ],
  "give Services load balancers": [
    ...["CreateLoadBalancer", "DeleteLoadBalancer"].flatMap((action) => [
      elb(action, `loadbalancer/${balancer}`),
      elb(action, `loadbalancer/net/${balancer}/1`),
    ]),
    elb("CreateListener", `loadbalancer/net/${balancer}/1`),
    elb("DeleteListener", `listener/net/${balancer}/1/2`),
    elb("RegisterTargets", "targetgroup/k8s-web-nginx-0123456789/1"),
    ec2("CreateSecurityGroup", "security-group/new"),
    ec2("CreateSecurityGroup", "vpc/vpc-1"),
    ec2("CreateTags", "security-group/sg-1", { "aws:TagKeys": ["kubernetes.io/cluster/sandbox-a"] }),
    ec2("AuthorizeSecurityGroupIngress", "security-group/sg-1"),
    ec2("DeleteSecurityGroup", "security-group/sg-1"),
    call(
      "iam:CreateServiceLinkedRole",
      arn("iam", "role/aws-service-role/elasticloadbalancing.amazonaws.com/X"),
      {
        "iam:AWSServiceName": "elasticloadbalancing.amazonaws.com",
      },
    ),
  ],
  "deliver flow logs": [
    call("logs:CreateLogStream", `${log("/aws/vpc/production-flow-logs")}:log-stream:eni-1`),
    call("logs:PutLogEvents", `${log("/aws/vpc/production-flow-logs")}:log-stream:eni-1`),
  ],
};

const callers = { principal: life, role: ofRoles } as const;
for (const by of ["principal", "role"] as const) {
  describe(by === "role" ? "within the boundary, roles" : "with the policy, a stack", () => {
    for (const [name, calls] of Object.entries(callers[by])) {
      it(name, async () => {
        for (const each of calls) {
          const what = `${each.action} on ${each.resource} with ${JSON.stringify(each.context)} is refused`;
          assert.equal(await allows(each, by), true, what);
        }
      });
    }
  });
}
