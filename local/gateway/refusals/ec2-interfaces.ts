/** Security groups, network interfaces and addresses that something still uses. */
import {
  DescribeAddressesCommand,
  DescribeSecurityGroupsCommand,
  type Address,
  type SecurityGroup,
} from "@aws-sdk/client-ec2";
import { AwsFault } from "../types.ts";
import { interfacesBy } from "./ec2-network.ts";
import { refusalsOf, type Call, type Refusal } from "./types.ts";

async function groups(call: Call): Promise<{ target?: SecurityGroup; others: SecurityGroup[] }> {
  const { SecurityGroups: all } = await call.aws.ec2.send(new DescribeSecurityGroupsCommand({}));
  const id = call.form.get("GroupId");
  const name = call.form.get("GroupName");
  const target = all?.find((group) => (id === null ? group.GroupName === name : group.GroupId === id));
  return { ...(target && { target }), others: (all ?? []).filter((group) => group !== target) };
}

const refersTo = (group: SecurityGroup, id: string | undefined): boolean =>
  [...(group.IpPermissions ?? []), ...(group.IpPermissionsEgress ?? [])].some((rule) =>
    rule.UserIdGroupPairs?.some((pair) => pair.GroupId === id),
  );

const dependentObject = (group: SecurityGroup): AwsFault =>
  new AwsFault("DependencyViolation", 400, `resource ${group.GroupId ?? ""} has a dependent object`);

async function address(call: Call): Promise<Address | undefined> {
  const named = { AllocationId: "allocation-id", PublicIp: "public-ip", AssociationId: "association-id" };
  const [parameter, filter] = Object.entries(named).find(([name]) => call.form.has(name)) ?? [];
  if (!parameter || !filter) return undefined;
  const { Addresses: found } = await call.aws.ec2.send(
    new DescribeAddressesCommand({ Filters: [{ Name: filter, Values: [call.form.get(parameter) ?? ""] }] }),
  );
  return found?.[0];
}

const refusal = refusalsOf("ec2");

export const interfaceRefusals: readonly Refusal[] = [
  refusal("DeleteSecurityGroup that is a VPC's default", ["DeleteSecurityGroup"], async (call) => {
    const { target } = await groups(call);
    if (target?.GroupName !== "default") return undefined;
    return new AwsFault(
      "CannotDelete",
      400,
      `the specified group: "${target.GroupId ?? ""}" name: "default" cannot be deleted by a user`,
    );
  }),
  refusal("DeleteSecurityGroup on a network interface", ["DeleteSecurityGroup"], async (call) => {
    const { target } = await groups(call);
    if (!target) return undefined;
    const users = await interfacesBy(call, "group-id", target.GroupId ?? "");
    return users.length > 0 ? dependentObject(target) : undefined;
  }),
  refusal(
    "DeleteSecurityGroup that another group's rule refers to",
    ["DeleteSecurityGroup"],
    async (call) => {
      const { target, others } = await groups(call);
      return target && others.some((group) => refersTo(group, target.GroupId))
        ? dependentObject(target)
        : undefined;
    },
  ),
  refusal(
    "ReleaseAddress or DisassociateAddress of a NAT gateway",
    ["ReleaseAddress", "DisassociateAddress"],
    async (call) => {
      const holder = (await address(call))?.NetworkInterfaceId;
      const [held] = holder ? await interfacesBy(call, "network-interface-id", holder) : [];
      const message = "You do not have permission to access the specified resource.";
      return held?.RequesterManaged ? new AwsFault("AuthFailure", 400, message) : undefined;
    },
  ),
  refusal("ReleaseAddress that is associated", ["ReleaseAddress"], async (call) => {
    const found = await address(call);
    if (!found?.AssociationId) return undefined;
    return new AwsFault("InvalidIPAddress.InUse", 400, `Address ${found.PublicIp ?? ""} is in use.`);
  }),
  refusal("DeleteNetworkInterface in use", ["DeleteNetworkInterface"], async (call) => {
    const id = call.form.get("NetworkInterfaceId") ?? "";
    const [found] = await interfacesBy(call, "network-interface-id", id);
    if (found?.Status !== "in-use") return undefined;
    return new AwsFault("InvalidParameterValue", 400, `Network interface '${id}' is currently in use.`);
  }),
  refusal("DetachNetworkInterface that a service manages", ["DetachNetworkInterface"], async (call) => {
    const attachment = call.form.get("AttachmentId") ?? "";
    const [found] = await interfacesBy(call, "attachment.attachment-id", attachment);
    if (!found?.RequesterManaged) return undefined;
    return new AwsFault(
      "OperationNotPermitted",
      400,
      "You are not allowed to manage 'ela-attach' attachments.",
    );
  }),
];
