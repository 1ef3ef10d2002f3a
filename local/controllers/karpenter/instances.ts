/** EC2 as Karpenter uses it: instances that no infrastructure code knows, found again by their tags. */
import * as ec2 from "@aws-sdk/client-ec2";
import * as iam from "@aws-sdk/client-iam";
import { metadataOf } from "../runtime/controller.ts";
import { filtersOf, instanceTypeOf, poolLabel, type NodeClaim, type NodeClass } from "./kinds.ts";

const client = new ec2.EC2Client();
const roles = new iam.IAMClient();

const tagList = (tags: Readonly<Record<string, string>>): { Key: string; Value: string }[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** Of all that Karpenter makes for a node class. */
const ownTags = (cluster: string, nodeClass: NodeClass): Record<string, string> => ({
  ...nodeClass.spec.tags,
  [`kubernetes.io/cluster/${cluster}`]: "owned",
  "eks:eks-cluster-name": cluster,
  "karpenter.k8s.aws/ec2nodeclass": metadataOf(nodeClass).name ?? "",
});

/** The instance of a claim, which is launched if there is none. */
export async function launch(cluster: string, claim: NodeClaim, nodeClass: NodeClass): Promise<ec2.Instance> {
  const { name = "", labels } = metadataOf(claim);
  const { Reservations } = await client.send(
    new ec2.DescribeInstancesCommand({
      Filters: [
        { Name: "tag:karpenter.sh/nodeclaim", Values: [name] },
        { Name: `tag:kubernetes.io/cluster/${cluster}`, Values: ["owned"] },
      ],
    }),
  );
  const found = Reservations?.[0]?.Instances?.[0];
  if (found) return found;
  const { spec } = nodeClass;
  const subnets = await Promise.all(
    filtersOf(spec.subnetSelectorTerms, "subnet-id").map((Filters) =>
      client.send(new ec2.DescribeSubnetsCommand({ Filters })),
    ),
  );
  const groups = await Promise.all(
    filtersOf(spec.securityGroupSelectorTerms, "group-id").map((Filters) =>
      client.send(new ec2.DescribeSecurityGroupsCommand({ Filters })),
    ),
  );
  const [subnet] = subnets.flatMap(({ Subnets }) => Subnets ?? []);
  if (!subnet) throw new Error("SubnetSelector did not match any Subnets");
  const Groups = groups
    .flatMap(({ SecurityGroups }) => SecurityGroups ?? [])
    .map(({ GroupId = "" }) => GroupId);
  if (Groups.length === 0) throw new Error("SecurityGroupSelector did not match any SecurityGroups");
  const profile = spec.instanceProfile ?? profileName(cluster, nodeClass);
  const Tags = tagList({
    ...ownTags(cluster, nodeClass),
    [poolLabel]: labels?.[poolLabel] ?? "",
    "karpenter.sh/nodeclaim": name,
    Name: name,
  });
  const { Instances } = await client.send(
    new ec2.RunInstancesCommand({
      MinCount: 1,
      MaxCount: 1,
      ImageId: "ami-0ec5000000000000a",
      InstanceType: instanceTypeOf(claim.spec) as ec2._InstanceType,
      IamInstanceProfile: { Name: profile },
      NetworkInterfaces: [{ DeviceIndex: 0, SubnetId: subnet.SubnetId, Groups, DeleteOnTermination: true }],
      TagSpecifications: [
        { ResourceType: "instance", Tags },
        { ResourceType: "volume", Tags },
      ],
    }),
  );
  const made = Instances?.[0];
  if (!made) throw new Error(`AWS made no instance for ${name}`);
  return made;
}

/** Asks for the end of an instance; whether it has come. */
export async function terminated(instance: string): Promise<boolean> {
  const InstanceIds = [instance];
  try {
    const { Reservations } = await client.send(new ec2.DescribeInstancesCommand({ InstanceIds }));
    const state = Reservations?.[0]?.Instances?.[0]?.State?.Name;
    if (state === undefined || state === "terminated") return true;
    if (state !== "shutting-down") await client.send(new ec2.TerminateInstancesCommand({ InstanceIds }));
    return false;
  } catch (error) {
    if (error instanceof ec2.EC2ServiceException && error.name === "InvalidInstanceID.NotFound") return true;
    throw error;
  }
}

const profileName = (cluster: string, nodeClass: NodeClass): string =>
  `${cluster}_${metadataOf(nodeClass).uid?.replaceAll("-", "") ?? ""}`;

/** For a class that names a role Karpenter makes the instance profile, which holds that role until it is gone. */
export async function ensureProfile(cluster: string, nodeClass: NodeClass): Promise<void> {
  const { role } = nodeClass.spec;
  if (role === undefined) return;
  const InstanceProfileName = profileName(cluster, nodeClass);
  try {
    await roles.send(
      new iam.CreateInstanceProfileCommand({
        InstanceProfileName,
        Tags: tagList(ownTags(cluster, nodeClass)),
      }),
    );
    await roles.send(new iam.AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName: role }));
  } catch (error) {
    if (!(error instanceof iam.EntityAlreadyExistsException)) throw error;
  }
}

export async function removeProfile(cluster: string, nodeClass: NodeClass): Promise<void> {
  const { role } = nodeClass.spec;
  if (role === undefined) return;
  const InstanceProfileName = profileName(cluster, nodeClass);
  try {
    await roles.send(new iam.RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName: role }));
    await roles.send(new iam.DeleteInstanceProfileCommand({ InstanceProfileName }));
  } catch (error) {
    if (!(error instanceof iam.NoSuchEntityException)) throw error;
  }
}
