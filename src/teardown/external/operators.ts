/** Custom objects that stand for resources of AWS as such: of ACK, of Crossplane, of the Terraform controller. */
import type { ExternalHolding } from "../external-state.ts";
import type { InventoryObject } from "../inventory.ts";
import { kindId } from "../object-id.ts";

const groups: readonly RegExp[] = [
  /\.services\.k8s\.aws$/,
  /(^|\.)aws\.(m\.)?upbound\.io$/,
  /(^|\.)aws\.crossplane\.io$/,
  /^infra\.contrib\.fluxcd\.io$/,
];

/** Objects of these groups that only say how to reach AWS. */
const settings = /^(ProviderConfig|ProviderConfigUsage|ClusterProviderConfig|FieldExport|AdoptedResource)$/;

export function awsResourceHoldings(object: InventoryObject): readonly ExternalHolding[] {
  if (settings.test(object.kind) || !groups.some((pattern) => pattern.test(object.group))) return [];
  return [
    {
      thing: "aws-resource",
      description: `whatever ${kindId(object.group, object.kind)} stands for in AWS`,
      reference: undefined,
      key: object.id,
      controller: undefined,
      monthlyPrice: undefined,
    },
  ];
}
