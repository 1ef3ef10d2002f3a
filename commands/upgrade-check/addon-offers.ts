/** Which versions of add-ons EKS has for a Kubernetes minor, asked of AWS. */
import { paginateDescribeAddonVersions } from "@aws-sdk/client-eks";
import { withAws, type AwsClients } from "../../src/aws/clients.ts";
import type { AddonOffer } from "../../src/upgrade/addon-findings.ts";

/** @throws {UserError} without credentials, without permission, without an answer. */
export function addonOffers(
  region: string,
  kubernetesVersion: string,
  names: readonly string[],
): Promise<Record<string, AddonOffer>> {
  return withAws(region, new AbortController().signal, (aws) => offersOf(aws, kubernetesVersion, names));
}

async function offersOf(
  { eks: client }: AwsClients,
  kubernetesVersion: string,
  names: readonly string[],
): Promise<Record<string, AddonOffer>> {
  const offer = async (addonName: string): Promise<[string, AddonOffer]> => {
    const versions: string[] = [];
    let defaultVersion: string | undefined;
    const input = { addonName, kubernetesVersion };
    for await (const { addons = [] } of paginateDescribeAddonVersions({ client }, input)) {
      for (const { addonVersion, compatibilities = [] } of addons.flatMap(
        (addon) => addon.addonVersions ?? [],
      )) {
        if (addonVersion === undefined) continue;
        versions.push(addonVersion);
        const isDefault = compatibilities.some(
          (each) => each.clusterVersion === kubernetesVersion && each.defaultVersion === true,
        );
        if (isDefault) defaultVersion = addonVersion;
      }
    }
    return [addonName, { versions, defaultVersion }];
  };
  return Object.fromEntries(await Promise.all(names.map(offer)));
}
