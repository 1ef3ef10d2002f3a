/** Stands for the official AWS provider (@pulumi/aws 7): real AWS API calls, no state of its own. */
import { createRequire } from "node:module";
import type { FunctionHandler, StandIn, StandInHandler } from "../plumbing/stand-in.ts";
import { configureAws, type Aws } from "./configuration.ts";
import { eip } from "./ec2/eip.ts";
import { flowLog } from "./ec2/flow-log.ts";
import { internetGateway } from "./ec2/internet-gateway.ts";
import { launchTemplate } from "./ec2/launch-template.ts";
import { natGateway } from "./ec2/nat-gateway.ts";
import { routeTable } from "./ec2/route-table.ts";
import { route, routeTableAssociation } from "./ec2/route.ts";
import { subnet } from "./ec2/subnet.ts";
import { vpc } from "./ec2/vpc.ts";
import { vpcEndpoint } from "./ec2/vpc-endpoint.ts";
import { accessEntry, accessPolicyAssociation } from "./eks/access.ts";
import { addon } from "./eks/addon.ts";
import { cluster } from "./eks/cluster.ts";
import { nodeGroup } from "./eks/node-group.ts";
import { podIdentityAssociation } from "./eks/pod-identity-association.ts";
import { getAddonVersion } from "./functions/addon.ts";
import { getAvailabilityZones, getCallerIdentity, getPartition } from "./functions/identity.ts";
import { getPolicy } from "./functions/policy.ts";
import { getSecretVersion } from "./functions/secret.ts";
import { openIdConnectProvider } from "./iam/open-id-connect-provider.ts";
import { rolePolicy, rolePolicyAttachment } from "./iam/role-policies.ts";
import { role } from "./iam/role.ts";
import { alias, key } from "./kms.ts";
import { logGroup } from "./log-group.ts";

/** By module and name; the token is `aws:ec2/natGateway:NatGateway`. */
const resources: Readonly<Record<string, StandInHandler<Aws>>> = {
  "cloudwatch/LogGroup": logGroup,
  "ec2/Eip": eip,
  "ec2/FlowLog": flowLog,
  "ec2/InternetGateway": internetGateway,
  "ec2/LaunchTemplate": launchTemplate,
  "ec2/NatGateway": natGateway,
  "ec2/Route": route,
  "ec2/RouteTable": routeTable,
  "ec2/RouteTableAssociation": routeTableAssociation,
  "ec2/Subnet": subnet,
  "ec2/Vpc": vpc,
  "ec2/VpcEndpoint": vpcEndpoint,
  "eks/AccessEntry": accessEntry,
  "eks/AccessPolicyAssociation": accessPolicyAssociation,
  "eks/Addon": addon,
  "eks/Cluster": cluster,
  "eks/NodeGroup": nodeGroup,
  "eks/PodIdentityAssociation": podIdentityAssociation,
  "iam/OpenIdConnectProvider": openIdConnectProvider,
  "iam/Role": role,
  "iam/RolePolicy": rolePolicy,
  "iam/RolePolicyAttachment": rolePolicyAttachment,
  "kms/Alias": alias,
  "kms/Key": key,
};

const functions: Readonly<Record<string, FunctionHandler<Aws>>> = {
  "eks/getAddonVersion": getAddonVersion,
  "iam/getPolicy": getPolicy,
  "index/getAvailabilityZones": getAvailabilityZones,
  "index/getCallerIdentity": getCallerIdentity,
  "index/getPartition": getPartition,
  "secretsmanager/getSecretVersion": getSecretVersion,
};

/** `ec2/Vpc` of `aws:ec2/vpc:Vpc`. */
const shortName = (token: string): string => token.replace(/^aws:([^/]+)\/[^:]+:/, "$1/");

const { version } = createRequire(import.meta.url)("@pulumi/aws/package.json") as { version: string };

export const awsProvider: StandIn<Aws> = {
  package: "aws",
  version,
  replaceProviderOn: ["region"],
  configure: configureAws,
  resources: (type) => resources[shortName(type)],
  functions: (token) => functions[shortName(token)],
};
