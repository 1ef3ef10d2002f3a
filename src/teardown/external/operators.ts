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

/** Where Crossplane keeps the name in AWS (docs.crossplane.io, "Managed Resources"). */
const externalName = "crossplane.io/external-name";

export function awsResourceHoldings(object: InventoryObject): readonly ExternalHolding[] {
  if (settings.test(object.kind) || !groups.some((pattern) => pattern.test(object.group))) return [];
  return [
    {
      thing: "aws-resource",
      description: `whatever ${kindId(object.group, object.kind)} stands for in AWS`,
      reference: object.annotations[externalName],
      ask: {
        by: "nobody",
        why: `the program does not know what a ${kindId(object.group, object.kind)} is in AWS`,
        look: `kubectl get ${kindId(object.group, object.kind)} ${object.name}${object.namespace === "" ? "" : ` -n ${object.namespace}`} -o yaml, whose status names it`,
      },
      key: object.id,
      controller: undefined,
      monthlyPrice: undefined,
    },
  ];
}
