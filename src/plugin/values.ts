/** The engine's wire values: envelopes around secrets, outputs and resources, and the mark for unknowns. */
import type { Properties } from "./implementation.ts";

const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const outputSignature = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const resourceSignature = "5cf8f73096256a8f31e491e813e4eb8e";

/** Stands for a value that is not known before an update. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export function isRecord(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Marks a value of the outputs as secret. */
export function secret(value: unknown): Properties {
  return { [signatureKey]: secretSignature, value };
}

/** The value without envelopes: secrets opened, references as id (or URN), unresolved outputs as unknown. */
export function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (!isRecord(value)) return value;
  switch (value[signatureKey]) {
    case secretSignature:
      return plain(value["value"]);
    case outputSignature:
      return "value" in value ? plain(value["value"]) : unknownValue;
    case resourceSignature:
      return value["id"] ?? value["urn"];
    default:
      return plainProperties(value);
  }
}

export function plainProperties(properties: Properties): Properties {
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([, value]) => value !== undefined && value !== null)
      .map(([key, value]) => [key, plain(value)]),
  );
}

function some(value: unknown, test: (value: unknown) => boolean): boolean {
  if (test(value)) return true;
  if (Array.isArray(value)) return value.some((item) => some(item, test));
  return isRecord(value) && Object.values(value).some((item) => some(item, test));
}

const isSecretEnvelope = (value: unknown): boolean =>
  isRecord(value) &&
  (value[signatureKey] === secretSignature ||
    (value[signatureKey] === outputSignature && value["secret"] === true));

export function containsSecret(value: unknown): boolean {
  return some(value, isSecretEnvelope);
}

export function containsUnknown(value: unknown): boolean {
  return some(value, (item) => item === unknownValue);
}

/** Where a provider records the inputs among the outputs, as the official Kubernetes provider does. */
const inputsKey = "__inputs";

/**
 * Puts `values` back into secret envelopes wherever `source` had one under the same name; recorded inputs have the names
 * of `source` itself. A secret anywhere in a list makes the whole list secret, because a service may answer lists in
 * another order.
 */
export function keepSecrets(values: Properties, source: Properties): Properties {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => {
      const original = key === inputsKey ? (source[key] ?? source) : source[key];
      if (!containsSecret(original) || isSecretEnvelope(value)) return [key, value];
      if (isRecord(value) && isRecord(original) && !isSecretEnvelope(original)) {
        return [key, keepSecrets(value, original)];
      }
      return [key, secret(value)];
    }),
  );
}

export function omit(properties: Properties, names: readonly string[]): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !names.includes(name)));
}

/** Leaves out what the wire format cannot hold: undefined and, as providers do, null. */
export function compact(properties: Properties): Properties {
  return compactValue(properties) as Properties;
}

function compactValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => (item === undefined ? null : compactValue(item)));
  if (value instanceof Date) return value.toISOString();
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined && item !== null)
      .map(([key, item]) => [key, compactValue(item)]),
  );
}
