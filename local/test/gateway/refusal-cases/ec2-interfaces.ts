/** Security groups, network interfaces and addresses that something still uses. */
import * as ec2 from "@aws-sdk/client-ec2";
import { createGroup, createInterface, createNat, interfaces, runInstance } from "../network.ts";
import { refused } from "../platform.ts";
import { createBalancer, type Cases } from "./context.ts";

export const interfaceCases: Cases = {
  "DeleteSecurityGroup that is a VPC's default": async ({ aws, network }) => {
    const vpc = { Filters: [{ Name: "vpc-id", Values: [network.vpc] }] };
    const { SecurityGroups: all } = await aws.ec2.send(new ec2.DescribeSecurityGroupsCommand(vpc));
    const id = all?.find((group) => group.GroupName === "default")?.GroupId ?? "";
    const refusal = aws.ec2.send(new ec2.DeleteSecurityGroupCommand({ GroupId: id }));
    await refused(refusal, "CannotDelete", 400);
  },
  "DeleteSecurityGroup on a network interface": async ({ aws, network, name }) => {
    const group = await createGroup(aws, network.vpc, name());
    const user = await createInterface(aws, network.subnets[0], [group]);
    const remove = (): Promise<unknown> =>
      aws.ec2.send(new ec2.DeleteSecurityGroupCommand({ GroupId: group }));
    await refused(remove(), "DependencyViolation", 400, `resource ${group} has a dependent object`);
    await aws.ec2.send(new ec2.DeleteNetworkInterfaceCommand({ NetworkInterfaceId: user }));
    await remove();
  },
  "DeleteSecurityGroup that another group's rule refers to": async ({ aws, network, name }) => {
    const [group, other] = [
      await createGroup(aws, network.vpc, name()),
      await createGroup(aws, network.vpc, name()),
    ];
    const rule = (holder: string): ec2.AuthorizeSecurityGroupIngressCommandInput => ({
      GroupId: holder,
      IpPermissions: [
        { IpProtocol: "tcp", FromPort: 443, ToPort: 443, UserIdGroupPairs: [{ GroupId: group }] },
      ],
    });
    await aws.ec2.send(new ec2.AuthorizeSecurityGroupIngressCommand(rule(group)));
    await aws.ec2.send(new ec2.AuthorizeSecurityGroupIngressCommand(rule(other)));
    const remove = (): Promise<unknown> =>
      aws.ec2.send(new ec2.DeleteSecurityGroupCommand({ GroupId: group }));
    await refused(remove(), "DependencyViolation", 400, `resource ${group} has a dependent object`);
    await aws.ec2.send(new ec2.RevokeSecurityGroupIngressCommand(rule(other)));
    // A rule of its own that names itself holds nothing.
    await remove();
  },
  "ReleaseAddress or DisassociateAddress of a NAT gateway": async ({ aws, network }) => {
    const { nat, allocation } = await createNat(aws, network.subnets[0]);
    const address = { AllocationId: allocation };
    const denied = "You do not have permission to access the specified resource.";
    await refused(aws.ec2.send(new ec2.ReleaseAddressCommand(address)), "AuthFailure", 400, denied);
    const { Addresses: found } = await aws.ec2.send(
      new ec2.DescribeAddressesCommand({ AllocationIds: [allocation] }),
    );
    const association = { AssociationId: found?.[0]?.AssociationId ?? "" };
    const disassociate = aws.ec2.send(new ec2.DisassociateAddressCommand(association));
    await refused(disassociate, "AuthFailure", 400, denied);
    await aws.ec2.send(new ec2.DeleteNatGatewayCommand({ NatGatewayId: nat }));
    await aws.ec2.send(new ec2.ReleaseAddressCommand(address));
  },
  "ReleaseAddress that is associated": async ({ aws, network }) => {
    const held = await createInterface(aws, network.subnets[0]);
    const { AllocationId: allocation = "", PublicIp: publicIp = "" } = await aws.ec2.send(
      new ec2.AllocateAddressCommand({ Domain: "vpc" }),
    );
    const { AssociationId: association } = await aws.ec2.send(
      new ec2.AssociateAddressCommand({ AllocationId: allocation, NetworkInterfaceId: held }),
    );
    const release = (): Promise<unknown> =>
      aws.ec2.send(new ec2.ReleaseAddressCommand({ AllocationId: allocation }));
    await refused(release(), "InvalidIPAddress.InUse", 400, `Address ${publicIp} is in use.`);
    await aws.ec2.send(new ec2.DisassociateAddressCommand({ AssociationId: association }));
    await release();
  },
  "DeleteNetworkInterface in use": async ({ aws, network }) => {
    const instance = await runInstance(aws, network.subnets[0]);
    const [primary] = await interfaces(aws, "attachment.instance-id", instance);
    const id = primary?.NetworkInterfaceId ?? "";
    const refusal = aws.ec2.send(new ec2.DeleteNetworkInterfaceCommand({ NetworkInterfaceId: id }));
    await refused(refusal, "InvalidParameterValue", 400, `Network interface '${id}' is currently in use.`);
  },
  "DetachNetworkInterface that a service manages": async (context) => {
    const { aws } = context;
    await createBalancer(context);
    const [held] = await interfaces(aws, "requester-id", "amazon-elb");
    const attachment = { AttachmentId: held?.Attachment?.AttachmentId ?? "" };
    const refusal = aws.ec2.send(new ec2.DetachNetworkInterfaceCommand(attachment));
    const message = "You are not allowed to manage 'ela-attach' attachments.";
    await refused(refusal, "OperationNotPermitted", 400, message);
  },
};
