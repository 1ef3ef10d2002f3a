/** What a holder of the policy might try to get more than it grants, or at what is not the project's. */
import assert from "node:assert/strict";
import { accountId, allows, arn, type Call } from "./documents.ts";

const shipped = `arn:aws:iam::${accountId}:policy/kubernetes-sdlc-boundary`;
const mine = { "aws:RequestTag/sdlc:stack": "kubernetes-sdlc/sandbox-a" };
const foreign = { "aws:ResourceTag/team": "payments" };
const own = { "aws:ResourceTag/sdlc:stack": "kubernetes-sdlc/sandbox-a" };
const role = (name: string): string => arn("iam", `role/${name}`);
const fitting = role("sandbox-evil-role-1234567");
const foreignRole = role("production-app-role-1234567");
const call = (action: string, resource: string, context?: Call["context"]): Call => ({
  action,
  resource,
  ...(context && { context }),
});
const ec2 = (action: string, resource: string, context?: Call["context"]): Call =>
  call(`ec2:${action}`, arn("ec2", resource), context);
const iam = (action: string, resource: string, context?: Call["context"]): Call =>
  call(`iam:${action}`, resource, context);

const byPrincipal: Readonly<Record<string, readonly Call[]>> = {
  "a role without the boundary": [
    iam("CreateRole", fitting, mine),
    iam("CreateRole", fitting, {
      ...mine,
      "iam:PermissionsBoundary": "arn:aws:iam::aws:policy/AdministratorAccess",
    }),
    iam("CreateRole", fitting, {
      ...mine,
      "iam:PermissionsBoundary": `arn:aws:iam::${accountId}:policy/own/kubernetes-sdlc-boundary`,
    }),
    iam("CreateRole", fitting, { "iam:PermissionsBoundary": shipped }),
    iam("CreateRole", role("admin"), { ...mine, "iam:PermissionsBoundary": shipped }),
  ],
  "rights for a role that has no boundary": [
    iam("PutRolePolicy", role("sandbox-a-flow-logs-role-1234567"), own),
    iam("AttachRolePolicy", fitting, {
      ...own,
      "iam:PolicyARN": "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy",
    }),
    iam("UpdateAssumeRolePolicy", fitting, own),
  ],
  "more than the five policies": [
    iam("AttachRolePolicy", fitting, {
      ...own,
      "iam:PermissionsBoundary": shipped,
      "iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess",
    }),
    iam("PutRolePolicy", fitting, { ...own, "iam:PermissionsBoundary": shipped }),
    iam("PutUserPolicy", arn("iam", "user/operator")),
    iam("AttachUserPolicy", arn("iam", "user/operator"), {
      "iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess",
    }),
  ],
  "the end of the boundary": [
    iam("DeleteRolePermissionsBoundary", fitting, { ...own, "iam:PermissionsBoundary": shipped }),
    iam("PutRolePermissionsBoundary", fitting, {
      ...own,
      "iam:PermissionsBoundary": "arn:aws:iam::aws:policy/AdministratorAccess",
    }),
    iam("PutRolePermissionsBoundary", foreignRole, { ...foreign, "iam:PermissionsBoundary": shipped }),
    iam("CreatePolicyVersion", shipped),
    iam("SetDefaultPolicyVersion", shipped),
    iam("DeletePolicyVersion", shipped),
    iam("DeletePolicy", shipped),
    iam("CreatePolicy", shipped),
  ],
  "somebody else's role": [
    iam("UpdateAssumeRolePolicy", foreignRole, foreign),
    iam("UpdateAssumeRolePolicy", foreignRole, { ...foreign, "iam:PermissionsBoundary": shipped }),
    iam("UpdateAssumeRolePolicy", foreignRole, own),
    iam("DeleteRole", foreignRole, foreign),
    iam("DetachRolePolicy", foreignRole, foreign),
    iam("DeleteRolePolicy", foreignRole, foreign),
    iam("PassRole", role("production-app"), { "iam:PassedToService": "eks.amazonaws.com" }),
    iam("TagRole", role("production-app"), mine),
    iam("TagRole", foreignRole, { ...mine, "aws:ResourceTag/sdlc:stack": "another-project/production" }),
    call("sts:AssumeRole", foreignRole),
  ],
  "a role handed to what runs code": [
    ...["lambda", "cloudformation", "ecs-tasks", "glue", "sagemaker", "codebuild", "ssm"].map((service) =>
      iam("PassRole", role("sandbox-a-nodes-role-1234567"), {
        "iam:PassedToService": `${service}.amazonaws.com`,
      }),
    ),
    iam("AddRoleToInstanceProfile", arn("iam", "instance-profile/own")),
    iam("CreateInstanceProfile", arn("iam", "instance-profile/own")),
    iam("CreateAccessKey", arn("iam", "user/admin")),
    iam("CreateLoginProfile", arn("iam", "user/admin")),
    iam("CreateUser", arn("iam", "user/admin")),
    iam("CreateServiceLinkedRole", arn("iam", "role/aws-service-role/ssm.amazonaws.com/X"), {
      "iam:AWSServiceName": "ssm.amazonaws.com",
    }),
    ec2("AssociateIamInstanceProfile", "instance/i-1", own),
  ],
  "an instance without a launch template of a stack": [
    ec2("RunInstances", "instance/i-new", mine),
    ec2("RunInstances", "subnet/subnet-1", foreign),
    ec2("RunInstances", "launch-template/lt-1", foreign),
  ],
  "somebody else's cluster": [
    call("eks:CreateAccessEntry", arn("eks", "cluster/payments"), foreign),
    call("eks:CreateAccessEntry", arn("eks", "cluster/production"), foreign),
    call("eks:AssociateAccessPolicy", arn("eks", `access-entry/payments/role/${accountId}/x/1`), foreign),
    call("eks:DeleteAccessEntry", arn("eks", `access-entry/payments/role/${accountId}/x/1`), foreign),
    call("eks:CreatePodIdentityAssociation", arn("eks", "cluster/payments"), foreign),
    call("eks:CreateAddon", arn("eks", "cluster/payments"), foreign),
    call("eks:UpdateClusterConfig", arn("eks", "cluster/payments"), foreign),
    call("eks:DeleteNodegroup", arn("eks", "nodegroup/payments/sandbox-a/1"), foreign),
    call("eks:DeleteCluster", arn("eks", "cluster/sandbox-a"), foreign),
    call("eks:TagResource", arn("eks", "cluster/payments"), mine),
    call("eks:TagResource", arn("eks", "nodegroup/payments/sandbox-a/1"), mine),
    call("eks:CreateCluster", "*", { "aws:RequestTag/team": "payments" }),
  ],
  "a tag that makes somebody else's thing ours": [
    ec2("CreateTags", "vpc/vpc-1", mine),
    ec2("CreateTags", "vpc/vpc-1", { ...mine, "aws:TagKeys": ["sdlc:stack"] }),
    ec2("CreateTags", "volume/vol-1", { ...mine, ...foreign }),
    ec2("CreateTags", "security-group/sg-1", { "aws:RequestTag/elbv2.k8s.aws/cluster": "sandbox-a" }),
    ec2("DeleteTags", "volume/vol-1", { ...own, "aws:TagKeys": ["sdlc:stack"] }),
    call("kms:TagResource", arn("kms", "key/1"), { ...mine, "kms:ResourceAliases": ["alias/payments"] }),
    call("kms:TagResource", arn("kms", "key/1"), {
      ...mine,
      "aws:ResourceTag/sdlc:stack": "other/production",
    }),
    call("elasticloadbalancing:AddTags", arn("elasticloadbalancing", "loadbalancer/net/payments/1"), mine),
    call("logs:TagResource", arn("logs", "log-group:/aws/lambda/payments"), mine),
  ],
  "somebody else's network": [
    ec2("DeleteVpc", "vpc/vpc-1", foreign),
    ec2("DeleteVpc", "vpc/vpc-1", { "aws:ResourceTag/sdlc:stack": "kubernetes-sdlc-2/sandbox-a" }),
    ec2("DeleteSubnet", "subnet/subnet-1", foreign),
    ec2("DeleteNatGateway", "natgateway/nat-1", foreign),
    ec2("ReleaseAddress", "elastic-ip/eipalloc-1", foreign),
    ec2("CreateRoute", "route-table/rtb-1", foreign),
    ec2("ReplaceRoute", "route-table/rtb-1", foreign),
    ec2("DeleteSecurityGroup", "security-group/sg-1", foreign),
    ec2("RevokeSecurityGroupIngress", "security-group/sg-1", {
      "aws:ResourceTag/elbv2.k8s.aws/cluster": "payments",
    }),
    ec2("DeleteNetworkInterface", "network-interface/eni-1", {
      "aws:ResourceTag/cluster.k8s.amazonaws.com/name": "payments",
    }),
    ec2("CreateVpc", "vpc/new"),
    ec2("CreateSubnet", "vpc/vpc-1", foreign),
  ],
  "somebody else's machines and disks": [
    ec2("TerminateInstances", "instance/i-1", foreign),
    ec2("TerminateInstances", "instance/i-1", { "aws:ResourceTag/eks:eks-cluster-name": "payments" }),
    ec2("ModifyInstanceAttribute", "instance/i-1", foreign),
    ec2("DeleteVolume", "volume/vol-1", foreign),
    ec2("DeleteVolume", "volume/vol-1", { "aws:ResourceTag/ebs.csi.aws.com/cluster-name": "payments" }),
    ec2("DeleteSnapshot", "snapshot/snap-1", own),
    ec2("DeleteLaunchTemplate", "launch-template/lt-1", foreign),
  ],
  "somebody else's load balancers": [
    "loadbalancer/app/payments/1",
    "loadbalancer/net/payments/1",
    "loadbalancer/payments",
  ].flatMap((name) => [
    call("elasticloadbalancing:DeleteLoadBalancer", arn("elasticloadbalancing", name), foreign),
    call("elasticloadbalancing:DeleteLoadBalancer", arn("elasticloadbalancing", name), {
      "aws:ResourceTag/elbv2.k8s.aws/cluster": "payments",
    }),
    call("elasticloadbalancing:ModifyLoadBalancerAttributes", arn("elasticloadbalancing", name), foreign),
  ]),
  "somebody else's keys": [
    call("kms:CreateGrant", arn("kms", "key/1"), foreign),
    call("kms:ScheduleKeyDeletion", arn("kms", "key/1"), foreign),
    call("kms:UpdateAlias", arn("kms", "alias/payments")),
    call("kms:CreateAlias", arn("kms", "key/1"), foreign),
    call("kms:PutKeyPolicy", arn("kms", "key/1"), own),
    call("kms:Decrypt", arn("kms", "key/1"), own),
  ],
  "somebody else's logs, secrets and identity providers": [
    call("logs:DeleteLogGroup", arn("logs", "log-group:/aws/eks/payments/cluster")),
    call("logs:DeleteLogGroup", arn("logs", "log-group:/aws/lambda/x")),
    call("logs:DeleteLogGroup", arn("logs", "log-group:/aws/vpc/payments-flow-logs")),
    call("logs:PutRetentionPolicy", arn("logs", "log-group:/aws/eks/developments/cluster")),
    call("secretsmanager:GetSecretValue", arn("secretsmanager", "secret:payments-1")),
    iam(
      "DeleteOpenIDConnectProvider",
      arn("iam", "oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/1"),
      foreign,
    ),
    iam("CreateOpenIDConnectProvider", arn("iam", "oidc-provider/example.com"), mine),
  ],
};

/** What a role with every right still may not do: the holder can make one that trusts them. */
const byRole: Readonly<Record<string, readonly Call[]>> = {
  "become more": [
    iam("CreateRole", role("x")),
    iam("PutRolePolicy", role("sandbox-a-nodes-role-1234567")),
    iam("AttachRolePolicy", role("sandbox-a-nodes-role-1234567"), {
      "iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess",
    }),
    iam("DeleteRolePermissionsBoundary", role("sandbox-a-nodes-role-1234567")),
    iam("CreatePolicyVersion", shipped),
    iam("PassRole", role("admin"), { "iam:PassedToService": "ec2.amazonaws.com" }),
    iam("CreateAccessKey", arn("iam", "user/admin")),
    call("sts:AssumeRole", role("admin")),
    ec2("RunInstances", "instance/i-new"),
    call("lambda:InvokeFunction", arn("lambda", "function:x")),
    call("ssm:SendCommand", arn("ec2", "instance/i-1")),
    call("eks:CreateAccessEntry", arn("eks", "cluster/production")),
  ],
  "put a tag on somebody else's thing by which the principal could delete it": [
    ec2("CreateTags", "vpc/vpc-1", { ...mine, "aws:TagKeys": ["sdlc:stack"] }),
    ec2("CreateTags", "volume/vol-1", { ...mine, "aws:TagKeys": ["sdlc:stack"] }),
    ec2("CreateTags", "instance/i-1", { ...mine, "aws:TagKeys": ["sdlc:stack", "kubernetes.io/cluster/x"] }),
    ec2("CreateTags", "security-group/sg-1", { "aws:TagKeys": ["elbv2.k8s.aws/cluster"] }),
    ec2("CreateTags", "volume/vol-1", { "aws:TagKeys": ["ebs.csi.aws.com/cluster"] }),
    call("elasticloadbalancing:AddTags", arn("elasticloadbalancing", "loadbalancer/net/payments/1"), mine),
  ],
  "reach somebody else's data": [
    ec2("CreateSnapshot", "volume/vol-1", foreign),
    ec2("CreateVolume", "snapshot/snap-1", foreign),
    ec2("AttachVolume", "volume/vol-1", foreign),
    ec2("DetachVolume", "volume/vol-1", foreign),
    ec2("DeleteVolume", "volume/vol-1", foreign),
    ec2("DeleteSnapshot", "snapshot/snap-1", foreign),
    call("s3:GetObject", "arn:aws:s3:::payments/object"),
    call("secretsmanager:GetSecretValue", arn("secretsmanager", "secret:payments-1")),
    call("kms:Decrypt", arn("kms", "key/1"), foreign),
    call("logs:PutLogEvents", arn("logs", "log-group:/aws/lambda/x:log-stream:y")),
  ],
  "harm somebody else": [
    ec2("TerminateInstances", "instance/i-1"),
    ec2("DeleteVpc", "vpc/vpc-1", own),
    ec2("DeleteRoute", "route-table/rtb-1"),
    ec2("ModifyInstanceAttribute", "instance/i-1"),
    ec2("DetachNetworkInterface", "network-interface/eni-1", foreign),
    ec2("DeleteNetworkInterface", "network-interface/eni-1", foreign),
    ec2("ModifyNetworkInterfaceAttribute", "network-interface/eni-1", foreign),
    call(
      "autoscaling:UpdateAutoScalingGroup",
      "arn:aws:autoscaling:eu-west-1:123456789012:autoScalingGroup:1:autoScalingGroupName/x",
    ),
    call(
      "elasticloadbalancing:DeleteLoadBalancer",
      arn("elasticloadbalancing", "loadbalancer/net/payments/1"),
    ),
    call("elasticloadbalancing:DeleteLoadBalancer", arn("elasticloadbalancing", "loadbalancer/payments")),
    call("elasticloadbalancing:DeleteListener", arn("elasticloadbalancing", "listener/net/payments/1/2")),
    call("elasticloadbalancing:DeleteTargetGroup", arn("elasticloadbalancing", "targetgroup/payments/1")),
  ],
};

describe("a holder of the policy gets no further:", () => {
  for (const [name, calls] of Object.entries(byPrincipal)) {
    it(name, async () => {
      for (const each of calls) {
        assert.equal(await allows(each, "principal"), false, `${each.action} on ${each.resource} is allowed`);
      }
    });
  }
});

describe("a role within the boundary, whatever is attached to it, cannot", () => {
  for (const [name, calls] of Object.entries(byRole)) {
    it(name, async () => {
      for (const each of calls) {
        assert.equal(await allows(each, "role"), false, `${each.action} on ${each.resource} is allowed`);
      }
    });
  }
});
