import * as aws from "@pulumi/aws";
import { zonesWithoutEks } from "../src/aws-values.ts";
import { UserError } from "../src/errors.ts";
import { providerReason } from "./provider-reason.ts";

/**
 * The names of `count` availability zones in which EKS works, the first in alphabetical order.
 *
 * @throws {UserError} if the region has fewer, and if AWS does not answer: it is the first thing a new stack asks
 *   of AWS, so this is where missing or expired credentials show.
 */
export async function pickZones(region: string, count: number, provider: aws.Provider): Promise<string[]> {
  const names = await zoneNames(region, provider);
  const zones = names.sort().slice(0, count);
  if (zones.length === count) return zones;
  throw new UserError({
    what: `availabilityZones: given ${count}, and EKS works in ${names.length} of ${region}: ${names.join(", ")}.`,
    remedy: `pulumi config set availabilityZones ${Math.max(2, names.length)}, or choose another region.`,
  });
}

async function zoneNames(region: string, provider: aws.Provider): Promise<string[]> {
  try {
    const { names } = await aws.getAvailabilityZones(
      {
        state: "available",
        excludeZoneIds: zonesWithoutEks,
        // Local and Wavelength zones take no NAT gateway and no control plane.
        filters: [{ name: "zone-type", values: ["availability-zone"] }],
      },
      { provider },
    );
    return [...names];
  } catch (error) {
    throw new UserError({
      what: `AWS in ${region}: its availability zones cannot be read, because ${providerReason(error)}`,
      remedy: "Check the credentials and their permissions: aws sts get-caller-identity",
    });
  }
}
