/** Updates: changes that take time, listed by ListUpdates and followed by DescribeUpdate. */
import type * as sdk from "@aws-sdk/client-eks";
import { randomUUID } from "node:crypto";
import type { ClusterOperation, ClusterRecord } from "./context.ts";
import { inUse, notFound } from "./faults.ts";

/** Ends an update as Failed, with this as its error. */
export class UpdateFailure extends Error {
  readonly code: sdk.ErrorCode;
  readonly resourceIds: string[];

  constructor(code: sdk.ErrorCode, message: string, resourceIds: string[] = []) {
    super(message);
    this.code = code;
    this.resourceIds = resourceIds;
  }
}

/** Throws ResourceInUseException where the cluster is busy or not there yet. */
export function refuseBusyCluster({ cluster }: ClusterRecord, type: sdk.UpdateType): void {
  const { name, status } = cluster;
  if (status === "ACTIVE") return;
  const reason = status === "UPDATING" ? "currently has an update in progress" : `is ${status}`;
  throw inUse(`Cannot ${type} because cluster ${name} ${reason}`, { clusterName: name });
}

interface UpdatePlan {
  readonly type: sdk.UpdateType;
  readonly params: Partial<Record<sdk.UpdateParamType, unknown>>;
  /** What is updated: its status is UPDATING meanwhile. */
  readonly target: { status: string };
  /** Status of the target after a failure. Default ACTIVE: a cluster is that again even then. */
  readonly statusAfterFailure?: string;
  readonly nodegroupName?: string;
  readonly addonName?: string;
  readonly work: () => Promise<void>;
}

/** Starts an update and answers with it as InProgress. */
export function startUpdate(record: ClusterRecord, plan: UpdatePlan): { update: sdk.Update } {
  const { type, target, nodegroupName, addonName } = plan;
  const given = Object.entries(plan.params).filter(([, value]) => value !== undefined);
  const update: sdk.Update = {
    id: randomUUID(),
    status: "InProgress",
    type,
    params: given.map(([name, value]) => ({
      type: name as sdk.UpdateParamType,
      value: typeof value === "string" ? value : JSON.stringify(value),
    })),
    createdAt: new Date(),
    errors: [],
  };
  record.updates.push({ update, ...(nodegroupName && { nodegroupName }), ...(addonName && { addonName }) });
  target.status = "UPDATING";
  record.eks.background(
    async () => {
      await plan.work();
      if (target.status === "UPDATING") target.status = "ACTIVE";
      update.status = "Successful";
    },
    (cause) => {
      const { code, resourceIds } =
        cause instanceof UpdateFailure ? cause : { code: "Unknown" as const, resourceIds: [] };
      target.status = plan.statusAfterFailure ?? "ACTIVE";
      update.status = "Failed";
      update.errors = [{ errorCode: code, errorMessage: cause.message, resourceIds }];
    },
  );
  return { update };
}

export const listUpdates: ClusterOperation<sdk.ListUpdatesCommandInput> = ({ updates }, input) => ({
  updateIds: updates
    .filter((each) => each.nodegroupName === input.nodegroupName && each.addonName === input.addonName)
    .map(({ update }) => update.id),
});

export const describeUpdate: ClusterOperation<sdk.DescribeUpdateCommandInput> = (
  record,
  { updateId = "" },
) => {
  const found = record.updates.find(({ update }) => update.id === updateId);
  if (!found) throw notFound(`No update found for ID: ${updateId}`, { clusterName: record.cluster.name });
  return { update: found.update };
};
