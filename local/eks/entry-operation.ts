/** What every operation on access entries checks first. */
import type { AccessEntryRecord, ClusterOperation, ClusterRecord } from "./context.ts";
import { invalidRequest, notFound } from "./faults.ts";

/** Throws InvalidRequestException where the cluster's authentication mode knows no access entries. */
export function requireEntries({ cluster }: ClusterRecord): void {
  if (cluster.accessConfig.authenticationMode !== "CONFIG_MAP") return;
  throw invalidRequest(
    "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.",
    { clusterName: cluster.name },
  );
}

/** An operation on an entry that must be there. */
export function onEntry<Input extends { principalArn: string | undefined }>(
  work: (record: ClusterRecord, found: AccessEntryRecord, input: Input) => object | Promise<object>,
): ClusterOperation<Input> {
  return (record, input) => {
    requireEntries(record);
    const found = record.accessEntries.get(input.principalArn ?? "");
    if (found) return work(record, found, input);
    throw notFound(
      "The specified principalArn could not be found. You can view your available access entries with 'list-access-entries'.",
      { clusterName: record.cluster.name },
    );
  };
}
