/** Pods that load a Service, as their arguments say: those of wrk, which runs for `-d` seconds with `-c` connections. */
import type { V1Pod } from "@kubernetes/client-node";

const image = /(^|\/)wrk(:|@|$)/;

/** Seconds from the arguments as a duration; in the language of kwok's expressions, and empty for any other pod. */
export const loadTestDuration = `.spec.containers[0] | select(.image | test("${image.source}")) | .args // [] | join(" ") | capture("(^| )-d (?<seconds>[0-9]+)( |$)").seconds + "s"`;

export interface LoadTest {
  readonly service: string;
  readonly namespace: string;
  readonly connections: number;
}

/** What a pod loads; undefined if it is none of wrk's, or does not run. */
export function loadTestOf({ metadata, spec, status }: V1Pod): LoadTest | undefined {
  const [container] = spec?.containers ?? [];
  if (!image.test(container?.image ?? "") || status?.phase !== "Running" || metadata?.deletionTimestamp) {
    return undefined;
  }
  const args = container?.args ?? [];
  const address = args.find((argument) => URL.canParse(argument));
  if (address === undefined) return undefined;
  const [service = "", namespace = metadata?.namespace ?? ""] = new URL(address).hostname.split(".");
  const connections = Number(args[args.indexOf("-c") + 1]);
  // wrk's own number.
  return { service, namespace, connections: args.includes("-c") ? connections : 10 };
}
