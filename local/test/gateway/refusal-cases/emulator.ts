/** What the emulator refuses by itself with AWS's code and message; measured with moto 5.2.5. */
import * as logs from "@aws-sdk/client-cloudwatch-logs";
import * as ec2 from "@aws-sdk/client-ec2";
import * as iam from "@aws-sdk/client-iam";
import { interfaces, runInstance } from "../network.ts";
import { refused, region } from "../platform.ts";
import { createRole, dependencies, permissions, type Cases } from "./context.ts";

const manyTags = (count: number, prefix = "key"): { Key: string; Value: string }[] =>
  Array.from({ length: count }, (_, index) => ({ Key: `${prefix}${index}`, Value: "" }));

export const emulatorCases: Cases = {
  "DeleteVpc with subnets": ({ aws, network }) =>
    refused(
      aws.ec2.send(new ec2.DeleteVpcCommand({ VpcId: network.vpc })),
      ...dependencies("vpc", network.vpc),
    ),
  "DeleteRouteTable with an association": async ({ aws, network }) => {
    const { RouteTable: made } = await aws.ec2.send(new ec2.CreateRouteTableCommand({ VpcId: network.vpc }));
    const table = { RouteTableId: made?.RouteTableId ?? "" };
    const { AssociationId: association } = await aws.ec2.send(
      new ec2.AssociateRouteTableCommand({ ...table, SubnetId: network.subnets[0] }),
    );
    const remove = (): Promise<unknown> => aws.ec2.send(new ec2.DeleteRouteTableCommand(table));
    await refused(remove(), ...dependencies("routeTable", table.RouteTableId));
    await aws.ec2.send(new ec2.DisassociateRouteTableCommand({ AssociationId: association }));
    await remove();
  },
  "CreateVpc out of range": async ({ aws }) => {
    const refusal = aws.ec2.send(new ec2.CreateVpcCommand({ CidrBlock: "10.0.0.0/8" }));
    await refused(refusal, "InvalidVpc.Range", 400, "The CIDR '10.0.0.0/8' is invalid.");
  },
  "CreateSubnet over another": async ({ aws, network }) => {
    const subnet = { VpcId: network.vpc, CidrBlock: "10.0.0.128/25" };
    const message = "The CIDR '10.0.0.128/25' conflicts with another subnet";
    await refused(aws.ec2.send(new ec2.CreateSubnetCommand(subnet)), "InvalidSubnet.Conflict", 400, message);
  },
  "CreateSubnet outside the VPC": async ({ aws, network }) => {
    const subnet = { VpcId: network.vpc, CidrBlock: "10.1.0.0/24" };
    const message = "The CIDR '10.1.0.0/24' is invalid.";
    await refused(aws.ec2.send(new ec2.CreateSubnetCommand(subnet)), "InvalidSubnet.Range", 400, message);
  },
  "DetachNetworkInterface of an instance's first": async ({ aws, network }) => {
    const instance = await runInstance(aws, network.subnets[0]);
    const [primary] = await interfaces(aws, "attachment.instance-id", instance);
    const attachment = { AttachmentId: primary?.Attachment?.AttachmentId ?? "" };
    await refused(
      aws.ec2.send(new ec2.DetachNetworkInterfaceCommand(attachment)),
      "OperationNotPermitted",
      400,
    );
  },
  "DeleteVolume that is attached": async ({ aws, network }) => {
    const instance = await runInstance(aws, network.subnets[0]);
    const { VolumeId: volume = "" } = await aws.ec2.send(
      new ec2.CreateVolumeCommand({ AvailabilityZone: `${region}a`, Size: 1 }),
    );
    await aws.ec2.send(
      new ec2.AttachVolumeCommand({ VolumeId: volume, InstanceId: instance, Device: "/dev/sdf" }),
    );
    const refusal = aws.ec2.send(new ec2.DeleteVolumeCommand({ VolumeId: volume }));
    await refused(refusal, "VolumeInUse", 400, `Volume ${volume} is currently attached to ${instance}`);
  },
  "More than 50 tags in ec2": async ({ aws, network }) => {
    const tags = { Resources: [network.vpc], Tags: manyTags(51) };
    await refused(aws.ec2.send(new ec2.CreateTagsCommand(tags)), "TagLimitExceeded", 400);
  },
  "DeleteRole with an attached policy": async (context) => {
    const { aws } = context;
    const role = { RoleName: await createRole(context) };
    const policy = "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy";
    await aws.iam.send(new iam.AttachRolePolicyCommand({ ...role, PolicyArn: policy }));
    const refusal = aws.iam.send(new iam.DeleteRoleCommand(role));
    await refused(refusal, "DeleteConflict", 409, "Cannot delete entity, must detach all policies first.");
  },
  "DeleteRole with an inline policy": async (context) => {
    const { aws } = context;
    const role = { RoleName: await createRole(context) };
    const inline = { ...role, PolicyName: "inline", PolicyDocument: permissions };
    await aws.iam.send(new iam.PutRolePolicyCommand(inline));
    const refusal = aws.iam.send(new iam.DeleteRoleCommand(role));
    await refused(refusal, "DeleteConflict", 409, "Cannot delete entity, must delete policies first.");
  },
  "DeleteRole in an instance profile": async (context) => {
    const { aws, name } = context;
    const [role, profile] = [{ RoleName: await createRole(context) }, { InstanceProfileName: name() }];
    await aws.iam.send(new iam.CreateInstanceProfileCommand(profile));
    await aws.iam.send(new iam.AddRoleToInstanceProfileCommand({ ...role, ...profile }));
    const message = "Cannot delete entity, must remove roles from instance profile first.";
    await refused(aws.iam.send(new iam.DeleteRoleCommand(role)), "DeleteConflict", 409, message);
    await refused(
      aws.iam.send(new iam.DeleteInstanceProfileCommand(profile)),
      "DeleteConflict",
      409,
      message,
    );
  },
  "CreateLogGroup twice": async ({ aws }) => {
    const group = { logGroupName: "/aws/eks/twice/cluster" };
    await aws.logs.send(new logs.CreateLogGroupCommand(group));
    const refusal = aws.logs.send(new logs.CreateLogGroupCommand(group));
    const message = "The specified log group already exists";
    await refused(refusal, "ResourceAlreadyExistsException", 400, message);
  },
};
