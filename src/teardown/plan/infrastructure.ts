/** What the engine destroys after the drain and that costs by the month, from the stack's state: control plane, nodes, network. */
import {
  hoursPerMonth,
  instancePricePerHour,
  monthlyPrice,
  toCents,
  type PriceItem,
} from "../../cost/prices.ts";
import { count as numberAt, list, text, texts } from "../../fields.ts";

/** A resource of the state, as `pulumi stack export` shows it. */
export interface StateResource {
  readonly type: string;
  readonly id?: string;
  readonly inputs?: unknown;
}

export interface PricedItem {
  /** Such as `nat-gateway` or `node m7i.large`. */
  readonly item: string;
  readonly count: number;
  /** US dollars for all of them; undefined where no price is known. */
  readonly monthlyPrice: number | undefined;
}

/** What has one price, by its type in the state. */
const priced: Readonly<Record<string, PriceItem>> = {
  "aws:eks/cluster:Cluster": "eks-control-plane",
  "aws:ec2/natGateway:NatGateway": "nat-gateway",
  "aws:ec2/eip:Eip": "public-ipv4-address",
};

export function infrastructureOf(resources: readonly StateResource[]): PricedItem[] {
  const counts = new Map<PriceItem, number>();
  for (const { type } of resources) {
    const item = priced[type];
    if (item !== undefined) counts.set(item, (counts.get(item) ?? 0) + 1);
  }
  const single = [...counts].map(([item, count]) => ({
    item,
    count,
    monthlyPrice: monthlyPrice(item, count),
  }));
  return [...single, ...resources.flatMap((resource) => nodesOf(resource, resources))];
}

/** By the size that the program asked for; an autoscaler may have set another one. */
function nodesOf({ type, inputs }: StateResource, resources: readonly StateResource[]): PricedItem[] {
  if (type !== "aws:eks/nodeGroup:NodeGroup") return [];
  const count = numberAt(inputs, "scalingConfig", "desiredSize");
  if (count === undefined || count === 0) return [];
  const [instance = "of an unknown type"] = texts(inputs, "instanceTypes");
  const spot = text(inputs, "capacityType") === "SPOT";
  const hour = spot ? undefined : instancePricePerHour(instance);
  const nodes = {
    item: `node ${instance}${spot ? " (spot)" : ""}`,
    count,
    monthlyPrice: hour === undefined ? undefined : toCents(hour * hoursPerMonth * count),
  };
  return [nodes, rootVolumes(text(inputs, "launchTemplate", "id"), count, resources)];
}

function rootVolumes(
  templateId: string | undefined,
  count: number,
  resources: readonly StateResource[],
): PricedItem {
  const template = resources.find(
    ({ type, id }) => type === "aws:ec2/launchTemplate:LaunchTemplate" && id === templateId,
  );
  const [device] = list(template?.inputs, "blockDeviceMappings");
  const size = numberAt(device, "ebs", "volumeSize");
  return {
    item: size === undefined ? "root volume of a node" : `root volume of a node, ${size} GiB`,
    count,
    monthlyPrice: size === undefined ? undefined : monthlyPrice("gp3-gibibyte", size * count),
  };
}
