/** EC2 and IAM write `SubnetId` where Pulumi writes `subnetId`; otherwise most members have the same names. */
import { isRecord, type Properties } from "../../product.ts";

function renamed(value: unknown, rename: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => renamed(item, rename));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [rename(name), renamed(item, rename)]),
  );
}

const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
const small = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

/** The named members that are set. */
export function pick(from: object, names: readonly string[]): Properties {
  return Object.fromEntries(
    Object.entries(from).filter(
      ([name, value]) => names.includes(name) && value !== undefined && value !== null,
    ),
  );
}

/** The named members, at every depth with AWS's capitals. */
export function toAws(from: object, names: readonly string[]): object {
  return renamed(pick(from, names), capital) as object;
}

/** The members of AWS's answer under Pulumi's names; those that AWS leaves out are undefined. */
export function fromAws(answer: object, names: readonly string[]): Properties {
  return Object.fromEntries(
    names.map((name) => [name, renamed((answer as Properties)[capital(name)], small)]),
  );
}

/** The parts of a composed id. */
export function splitId(id: string, separator: string): [string, string] {
  const at = id.indexOf(separator);
  return [id.slice(0, at), id.slice(at + 1)];
}
