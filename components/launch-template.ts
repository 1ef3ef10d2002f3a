import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { AmiType } from "../src/aws-values.ts";

export interface NodeMachine {
  readonly amiType: AmiType;
  /** Size of the disk that holds images, containers and logs, in GiB. */
  readonly diskSize: number;
  /** On instances, volumes and interfaces: the default tags of the AWS provider do not reach what EC2 launches. */
  readonly tags: Readonly<Record<string, string>>;
}

/** The disk that holds containers and logs: Bottlerocket keeps its system on a small read-only one of its own. */
const dataDevices: Readonly<Record<AmiType, string>> = {
  AL2023_x86_64_STANDARD: "/dev/xvda",
  AL2023_ARM_64_STANDARD: "/dev/xvda",
  BOTTLEROCKET_x86_64: "/dev/xvdb",
  BOTTLEROCKET_ARM_64: "/dev/xvdb",
};

/** How EC2 starts a node. Image, instance type and user data are left to the managed node group. */
export function nodeLaunchTemplate(
  name: string,
  machine: NodeMachine,
  opts: pulumi.CustomResourceOptions,
): aws.ec2.LaunchTemplate {
  const tags = { ...machine.tags, Name: name };
  return new aws.ec2.LaunchTemplate(
    name,
    {
      metadataOptions: {
        httpEndpoint: "enabled",
        httpTokens: "required",
        // One hop ends at the node: a pod cannot take the node's role, it has a pod identity of its own.
        httpPutResponseHopLimit: 1,
      },
      blockDeviceMappings: [
        {
          deviceName: dataDevices[machine.amiType],
          ebs: {
            volumeType: "gp3",
            volumeSize: machine.diskSize,
            encrypted: "true",
            deleteOnTermination: "true",
          },
        },
      ],
      tagSpecifications: ["instance", "volume", "network-interface"].map((resourceType) => ({
        resourceType,
        tags,
      })),
    },
    opts,
  );
}
