/**
 * What a container's specification means for a program on this machine: its arguments, environment and folders. The
 * rules for `$(NAME)` and for references are those of the Pod API.
 */
import path from "node:path";
import type { V1Container, V1EnvVar, V1Pod } from "@kubernetes/client-node";
import { loopback } from "../ports.ts";
import type { HostImage } from "./images.ts";

export interface HostCommand {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface Placement {
  /** The pod's own folder. */
  readonly folder: string;
  /** Ports on this machine, by the port in the container. */
  readonly ports: ReadonlyMap<number, number>;
}

/** Where a volume of a pod is on this machine. */
export const volumeFolder = (folder: string, volume: string): string => path.join(folder, "volumes", volume);

export function hostCommand(
  pod: V1Pod,
  container: V1Container,
  image: HostImage,
  { folder, ports }: Placement,
): HostCommand {
  const mounts = (container.volumeMounts ?? []).map(
    ({ mountPath, name }) => [mountPath, volumeFolder(folder, name)] as const,
  );
  const onHost = (value: string): string => {
    const mount = mounts.find(([mountPath]) => value === mountPath || value.startsWith(`${mountPath}/`));
    return mount ? mount[1] + value.slice(mount[0].length) : value;
  };
  const env: Record<string, string> = {};
  for (const variable of container.env ?? []) {
    env[variable.name] = onHost(expand(valueOf(variable, pod, container), env));
  }
  const given = (container.args ?? []).map((argument) => {
    const [, flag = "", value = ""] = /^(--?[^=]+=)(.*)$/.exec(expand(argument, env)) ?? [];
    return flag ? flag + onHost(value) : expand(argument, env);
  });
  // The last of two flags of one name counts, so these, as the image's own, go after the given ones.
  const addresses = Object.entries(image.listens).map(
    ([port, flag]) => `${flag}=${loopback}:${ports.get(Number(port)) ?? 0}`,
  );
  const temporary = mounts.find(([mountPath]) => mountPath === "/tmp")?.[1] ?? folder;
  const own = image.env?.(pod.metadata?.namespace ?? "") ?? {};
  return {
    args: [...given, ...addresses, ...(image.args ?? [])],
    env: { TMPDIR: temporary, ...env, ...own },
  };
}

/** `$(NAME)` becomes the variable's value if there is one, and stays otherwise; `$$(NAME)` is an escape. */
export function expand(text: string, env: Readonly<Record<string, string>>): string {
  return text.replace(/\$?\$\(([\w.-]+)\)/g, (whole, name: string) =>
    whole.startsWith("$$") ? whole.slice(1) : (env[name] ?? whole),
  );
}

function valueOf({ value, valueFrom }: V1EnvVar, pod: V1Pod, container: V1Container): string {
  if (value !== undefined) return value;
  const field = valueFrom?.fieldRef?.fieldPath;
  if (field === "metadata.namespace") return pod.metadata?.namespace ?? "";
  if (field === "metadata.name") return pod.metadata?.name ?? "";
  const resource = /^limits\.(.+)$/.exec(valueFrom?.resourceFieldRef?.resource ?? "")?.[1];
  if (resource) return String(wholeNumber(container.resources?.limits?.[resource] ?? "0"));
  return "";
}

const factors: Readonly<Record<string, number>> = {
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
};

/** A quantity in whole units, rounded up, as a resource reference with divisor 1 gives it. */
export function wholeNumber(quantity: string): number {
  const [, amount = "0", unit = ""] = /^([\d.]+)([A-Za-z]*)$/.exec(quantity) ?? [];
  return unit === "m" ? Math.ceil(Number(amount) / 1000) : Math.ceil(Number(amount) * (factors[unit] ?? 1));
}

/** The container's port that a probe or a Service means by a number or a name. */
export function containerPort(container: V1Container, port: number | string | undefined): number | undefined {
  if (typeof port === "number") return port;
  return container.ports?.find(({ name }) => name === port)?.containerPort;
}
