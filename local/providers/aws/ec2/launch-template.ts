import type { RequestLaunchTemplateData } from "@aws-sdk/client-ec2";
import type { LaunchTemplateArgs, LaunchTemplateState } from "@pulumi/aws/ec2/index.js";
import { awsResource, type Resolved } from "../resource.ts";
import { toAws } from "../shapes.ts";
import { ec2Tagging, tagList, tagSpecifications } from "../tags.ts";
import { ec2Live } from "./live.ts";

/** Parts of a version whose members have the same names in EC2. */
const sameNames = ["imageId", "instanceType", "keyName", "userData", "metadataOptions", "iamInstanceProfile"];
const parts = [
  ...sameNames,
  "blockDeviceMappings",
  "ebsOptimized",
  "monitoring",
  "tagSpecifications",
  "vpcSecurityGroupIds",
] as const;

/** The SDK's switches are strings, because Terraform's may be unset. */
const flag = (text: string | undefined): boolean | undefined => (text === undefined ? text : text === "true");

function templateData(inputs: Resolved<LaunchTemplateArgs>): RequestLaunchTemplateData {
  const disks = inputs.blockDeviceMappings?.map(({ ebs, ...mapping }) => ({
    ...mapping,
    ebs: ebs && {
      ...ebs,
      deleteOnTermination: flag(ebs.deleteOnTermination),
      encrypted: flag(ebs.encrypted),
    },
  }));
  return {
    ...toAws(inputs, [...sameNames, "monitoring"]),
    ...(disks && toAws({ blockDeviceMappings: disks }, ["blockDeviceMappings"])),
    EbsOptimized: flag(inputs.ebsOptimized),
    SecurityGroupIds: inputs.vpcSecurityGroupIds,
    TagSpecifications: inputs.tagSpecifications?.map(({ resourceType, tags }) => ({
      ResourceType: resourceType as "instance" | undefined,
      Tags: tagList(tags),
    })),
  };
}

export const launchTemplate = awsResource<LaunchTemplateArgs, LaunchTemplateState>({
  noun: "EC2 Launch Template",
  properties: {
    name: ["replaces"],
    description: [],
    updateDefaultVersion: [],
    blockDeviceMappings: [],
    ebsOptimized: [],
    iamInstanceProfile: [],
    imageId: [],
    instanceType: [],
    keyName: [],
    metadataOptions: [],
    monitoring: [],
    tagSpecifications: [],
    userData: [],
    vpcSecurityGroupIds: ["set"],
  },
  outputs: ["arn", "latestVersion", "defaultVersion"],
  changedByUpdate: ["latestVersion", "defaultVersion"],
  autoName: { property: "name", maxLength: 125 },
  tagging: ec2Tagging,

  create: async ({ aws }, inputs) => {
    const { LaunchTemplate } = await aws.ec2.createLaunchTemplate({
      LaunchTemplateName: inputs.name,
      VersionDescription: inputs.description,
      LaunchTemplateData: templateData(inputs),
      TagSpecifications: tagSpecifications("launch-template", inputs.tagsAll),
    });
    return LaunchTemplate?.LaunchTemplateId ?? "";
  },

  // A version never changes, so what it holds need not be read back.
  read: async ({ aws }, id) => {
    const { LaunchTemplates } = await aws.ec2.describeLaunchTemplates({ LaunchTemplateIds: [id] });
    const template = LaunchTemplates?.[0];
    const live = ec2Live(aws, "launch-template", id, template, []);
    return (
      live && {
        ...live,
        name: template?.LaunchTemplateName,
        latestVersion: template?.LatestVersionNumber,
        defaultVersion: template?.DefaultVersionNumber,
      }
    );
  },

  update: async ({ aws }, id, news, { has }) => {
    if (!has("description", ...(parts as readonly (keyof LaunchTemplateArgs)[]))) return;
    const { LaunchTemplateVersion } = await aws.ec2.createLaunchTemplateVersion({
      LaunchTemplateId: id,
      VersionDescription: news.description,
      LaunchTemplateData: templateData(news),
    });
    if (!news.updateDefaultVersion) return;
    const DefaultVersion = String(LaunchTemplateVersion?.VersionNumber);
    await aws.ec2.modifyLaunchTemplate({ LaunchTemplateId: id, DefaultVersion });
  },

  delete: ({ aws }, id) => aws.ec2.deleteLaunchTemplate({ LaunchTemplateId: id }),
});
