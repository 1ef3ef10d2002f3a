/** What a Service or a group of Ingresses wants of AWS: one load balancer with its listeners and target groups. */
import { createHash } from "node:crypto";

export interface Target {
  readonly namespace: string;
  readonly service: string;
  readonly servicePort: number;
  /** Where instances listen, or pods with targets by address. */
  readonly port: number;
  readonly type: "instance" | "ip";
  /** Of the target group, and of its TargetGroupBinding. */
  readonly name: string;
  /** Value of the tag that tells one target group of a stack from another. */
  readonly resource: string;
}

export interface Rule {
  readonly host: string | undefined;
  readonly path: string;
  readonly target: Target;
}

export interface Listener {
  readonly port: number;
  /** A network load balancer sends all to one target, an application load balancer goes by rules. */
  readonly rules: readonly Rule[];
  readonly target: Target | undefined;
}

export interface Stack {
  /** Prefix of its tags and labels. */
  readonly owner: "service.k8s.aws" | "ingress.k8s.aws";
  /** `<namespace>/<name>`, or the name of a group of Ingresses. */
  readonly id: string;
  readonly type: "network" | "application";
  /** Also of its own security group. */
  readonly name: string;
  readonly scheme: "internet-facing" | "internal";
  /** Such as `deletion_protection.enabled`. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly listeners: readonly Listener[];
}

export type StackId = Pick<Stack, "owner" | "id">;

export const targetsOf = ({ listeners }: Stack): Target[] => [
  ...new Map(
    listeners
      .flatMap(({ target, rules }) => [...(target ? [target] : []), ...rules.map((rule) => rule.target)])
      .map((target) => [target.name, target]),
  ).values(),
];

/** A name of at most 32 characters, `k8s-<8>-<8>-<10>`, that tells its owner and is unique. */
export function resourceName(first: string, second: string, ...unique: readonly (string | number)[]): string {
  const part = (text: string): string => text.replace(/[^A-Za-z0-9]/g, "").slice(0, 8);
  const hash = createHash("sha256")
    .update([first, second, ...unique].join(" "))
    .digest("hex")
    .slice(0, 10);
  return `k8s-${part(first)}-${part(second)}-${hash}`;
}

/** Of an annotation such as "a=1,b=2". */
export function readAttributes(text = ""): Record<string, string> {
  return Object.fromEntries(
    text
      .split(",")
      .filter(Boolean)
      .map((pair) => pair.split("=").map((side) => side.trim()) as [string, string]),
  );
}
