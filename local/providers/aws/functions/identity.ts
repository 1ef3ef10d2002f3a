/** Who is calling, from where: functions that answer from the configuration or with one call. */
import type { Filter } from "@aws-sdk/client-ec2";
import type { FunctionHandler } from "../../plumbing/stand-in.ts";
import type { Aws } from "../configuration.ts";

export const getPartition: FunctionHandler<Aws> = ({ configuration: { partition } }) =>
  Promise.resolve({
    id: partition,
    partition,
    dnsSuffix: partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com",
    reverseDnsPrefix: partition === "aws-cn" ? "cn.com.amazonaws" : "com.amazonaws",
  });

export const getCallerIdentity: FunctionHandler<Aws> = ({ configuration: { identity } }) =>
  Promise.resolve({
    id: identity.accountId,
    accountId: identity.accountId,
    arn: identity.callerArn,
    userId: identity.userId,
  });

interface FilterArgument {
  readonly name: string;
  readonly values: string[];
}

const filtersOf = (filters: unknown): Filter[] =>
  ((filters ?? []) as FilterArgument[]).map(({ name, values }) => ({ Name: name, Values: values }));

export const getAvailabilityZones: FunctionHandler<Aws> = async (
  { configuration: { ec2, region } },
  args,
) => {
  const state = args["state"] === undefined ? [] : [{ name: "state", values: [args["state"]] }];
  const { AvailabilityZones } = await ec2.describeAvailabilityZones({
    AllAvailabilityZones: args["allAvailabilityZones"] === true,
    Filters: [...filtersOf(state), ...filtersOf(args["filters"])],
  });
  const excludeNames = (args["excludeNames"] ?? []) as string[];
  const excludeZoneIds = (args["excludeZoneIds"] ?? []) as string[];
  const zones = (AvailabilityZones ?? [])
    .filter(
      ({ ZoneName, ZoneId }) =>
        !excludeNames.includes(ZoneName ?? "") && !excludeZoneIds.includes(ZoneId ?? ""),
    )
    .sort((left, right) => (left.ZoneName ?? "").localeCompare(right.ZoneName ?? ""));
  return {
    ...args,
    id: region,
    region,
    names: zones.map(({ ZoneName }) => ZoneName),
    zoneIds: zones.map(({ ZoneId }) => ZoneId),
    groupNames: [...new Set(zones.map(({ GroupName }) => GroupName ?? region))],
  };
};
