import { isRecord } from "../../../product.ts";
import type { FunctionHandler } from "../../plumbing/stand-in.ts";
import type { Aws } from "../configuration.ts";
import { liveVpc } from "../ec2/vpc.ts";
import { filtersOf } from "./identity.ts";

const tagFilters = (tags: unknown): { name: string; values: string[] }[] =>
  Object.entries(isRecord(tags) ? tags : {}).map(([key, value]) => ({
    name: `tag:${key}`,
    values: [String(value)],
  }));

const filter = (name: string, value: unknown): { name: string; values: string[] }[] =>
  typeof value === "string" || typeof value === "boolean" ? [{ name, values: [String(value)] }] : [];

export const getVpc: FunctionHandler<Aws> = async ({ configuration: aws }, args) => {
  const { Vpcs } = await aws.ec2.describeVpcs({
    ...(typeof args["id"] === "string" && { VpcIds: [args["id"]] }),
    Filters: [
      ...filtersOf(args["filters"]),
      ...filtersOf([
        ...tagFilters(args["tags"]),
        ...filter("cidr", args["cidrBlock"]),
        ...filter("is-default", args["default"]),
      ]),
    ],
  });
  const [vpc, ...others] = Vpcs ?? [];
  if (!vpc || others.length > 0) {
    throw new Error(
      `${vpc ? "several VPCs match" : "no VPC matches"} ${JSON.stringify(args)}; name exactly one.`,
    );
  }
  const { VpcId: id = "", IsDefault, State, CidrBlockAssociationSet } = vpc;
  return {
    ...(await liveVpc(aws, id)),
    id,
    region: aws.region,
    default: IsDefault ?? false,
    state: State,
    cidrBlockAssociations: (CidrBlockAssociationSet ?? []).map(
      ({ AssociationId, CidrBlock, CidrBlockState }) => ({
        associationId: AssociationId,
        cidrBlock: CidrBlock,
        state: CidrBlockState?.State,
      }),
    ),
    ipv6AssociationId: "",
    ipv6CidrBlock: "",
    ipv6CidrBlockAssociations: [],
  };
};

export const getSubnets: FunctionHandler<Aws> = async ({ configuration: { ec2, region } }, args) => {
  const Filters = [...filtersOf(args["filters"]), ...filtersOf(tagFilters(args["tags"]))];
  const ids: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await ec2.describeSubnets({ Filters, NextToken });
    ids.push(...(page.Subnets ?? []).map(({ SubnetId }) => SubnetId ?? ""));
    NextToken = page.NextToken;
  } while (NextToken);
  return { ...args, id: region, region, ids, tags: args["tags"] ?? {} };
};
