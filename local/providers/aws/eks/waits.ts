/** Waiting on EKS, whose changes go through states or through updates with an id of their own. */
import type { Update } from "@aws-sdk/client-eks";
import { found } from "../faults.ts";
import type { Operation } from "../resource.ts";

interface Issue {
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  readonly errorCode?: string | undefined;
  readonly errorMessage?: string | undefined;
  readonly resourceIds?: readonly string[] | undefined;
}

interface Thing {
  readonly status?: string | undefined;
  readonly health?: { readonly issues?: readonly Issue[] | undefined } | undefined;
}

/** `Code: message [resources]` for each issue, as EKS reports what is wrong with a thing. */
export function issueText(issues: readonly Issue[] | undefined): string {
  return (issues ?? [])
    .map((issue) => {
      const resources = issue.resourceIds?.length ? ` [${issue.resourceIds.join(", ")}]` : "";
      return `${issue.code ?? issue.errorCode ?? ""}: ${issue.message ?? issue.errorMessage ?? ""}${resources}`;
    })
    .join("; ");
}

const stateOf = ({ status = "", health }: Thing): string =>
  [status, issueText(health?.issues)].filter((text) => text !== "").join(", ");

/** Waits for ACTIVE while the thing is in one of the `pending` states; any other state is a failure. */
export function becomesActive(
  operation: Operation,
  what: string,
  minutes: number,
  pending: readonly string[],
  describe: () => Promise<Thing | undefined>,
): Promise<void> {
  return operation.wait(`${what} to become ACTIVE`, minutes, async () => {
    const thing = (await describe()) ?? { status: "gone" };
    if (thing.status === "ACTIVE") return { done: { value: undefined } };
    if (pending.includes(thing.status ?? "")) return { state: stateOf(thing) };
    throw new Error(`${what} is ${stateOf(thing)}, and was to become ACTIVE`);
  });
}

/** Waits until EKS knows the thing no more. */
export function disappears(
  operation: Operation,
  what: string,
  minutes: number,
  describe: () => Promise<Thing | undefined>,
): Promise<void> {
  return operation.wait(`${what} to be deleted`, minutes, async () => {
    const thing = await found(describe());
    if (!thing) return { done: { value: undefined } };
    if (thing.status === "DELETE_FAILED") throw new Error(`${what} is ${stateOf(thing)}`);
    return { state: stateOf(thing) };
  });
}

/** Asks for an update of a cluster, a node group or an add-on, and waits for it. */
export async function settleUpdate(
  operation: Operation,
  what: string,
  minutes: number,
  subject: { readonly name: string; readonly nodegroupName?: string; readonly addonName?: string },
  request: () => Promise<{ readonly update?: Update | undefined }>,
): Promise<void> {
  // An earlier, interrupted run may have asked for it already.
  const asked = await request().catch((error: unknown) => {
    if (/already at the desired configuration/.test(String(error))) return undefined;
    throw error;
  });
  const updateId = asked?.update?.id;
  if (updateId === undefined) return;
  await operation.wait(`the update of ${what}`, minutes, async () => {
    const { update } = await operation.aws.eks.describeUpdate({ ...subject, updateId });
    if (update?.status === "Successful") return { done: { value: undefined } };
    if (update?.status === "InProgress") return { state: update.type ?? "" };
    throw new Error(`the update of ${what} is ${update?.status ?? "unknown"}: ${issueText(update?.errors)}`);
  });
}
