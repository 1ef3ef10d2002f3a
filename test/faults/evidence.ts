/** What scenarios wait for and hold a teardown to. */
import assert from "node:assert/strict";
import type { TeardownEvent } from "../../src/teardown/receipt/events.ts";
import { eventually, type Address } from "./cluster.ts";
import type { Sandbox } from "./sandbox.ts";
import type { CleanDestroy } from "./scenario.ts";

/** Waits until the account holds so many of what the cluster made; returns their ids. */
export async function madeInAws(sandbox: Sandbox, type: string, count: number): Promise<readonly string[]> {
  const { account, name } = sandbox;
  await eventually(
    `${count} ${type} of ${name} in the account`,
    async () => (await account.madeFor(name, type)).length === count,
  );
  return (await account.madeFor(name, type)).map(({ id }) => id);
}

/** Waits until the account holds so many volumes of the cluster's claims; those of its nodes do not count. */
export async function volumesOfClaims({ account, name }: Sandbox, count: number): Promise<void> {
  await eventually(`${count} volumes of claims of ${name} in the account`, async () => {
    const volumes = await account.madeFor(name, "volume");
    return volumes.filter(({ tags }) => tags["CSIVolumeName"] !== undefined).length === count;
  });
}

/** Notes the one volume of a claim, as `volume`. */
export async function rememberVolume({ account, name, notes }: Sandbox): Promise<void> {
  const volumes = await account.madeFor(name, "volume");
  const [volume] = volumes.filter(({ tags }) => tags["CSIVolumeName"] !== undefined);
  notes.set("volume", volume?.id ?? "");
}

/** The noted volume is kept because no drain could tell of it, and the receipt says how it is deleted. */
export function keptVolume({ notes }: Sandbox, { events }: CleanDestroy): void {
  const id = notes.get("volume") ?? "";
  const kept = events.flatMap((event) =>
    event.type === "kept" && event.thing.reference === id ? event.thing.why : [],
  );
  assert.match(
    kept.join("\n"),
    new RegExp(`nobody could be asked whether it is to be retained.*delete-volume .*${id}`),
  );
}

/** Waits until a node has attached a volume, which comes after its claim is bound. */
export async function volumeAttached({ cluster }: Sandbox): Promise<void> {
  await eventually("a volume is attached", async () => {
    const attachments = await cluster.list("storage.k8s.io/v1", "VolumeAttachment");
    return attachments.some(({ status }) => status?.["attached"] === true);
  });
}

export async function requireFinalizer(sandbox: Sandbox, address: Address, finalizer: string): Promise<void> {
  const { metadata } = await sandbox.cluster.get(address);
  assert.ok(
    metadata.finalizers?.includes(finalizer),
    `${address} is not held by ${finalizer}, but by ${(metadata.finalizers ?? []).join(", ") || "nothing"}`,
  );
}

/** When the teardown wrote that about an object, such as `Service app-a/web`; milliseconds. */
export function timeOf(events: readonly TeardownEvent[], type: "deleting" | "gone", id: string): number {
  const found = events.find((event) => event.type === type && event.id === id);
  assert.ok(found, `the teardown did not write that ${id} is ${type}`);
  return Date.parse(found.at);
}

/** @throws unless `first` was gone before the deletion of `second` began. */
export function requireOrder(events: readonly TeardownEvent[], first: string, second: string): void {
  const gone = timeOf(events, "gone", first);
  const deleting = timeOf(events, "deleting", second);
  assert.ok(gone <= deleting, `${second} was deleted ${deleting - gone} ms before ${first} was gone`);
}

export function requireForced(events: readonly TeardownEvent[], id: string): void {
  assert.ok(
    events.some((event) => event.type === "forced" && event.id === id),
    `that something of ${id} was forced is not written down`,
  );
}
