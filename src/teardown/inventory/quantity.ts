/** Kubernetes quantities, as the sizes of volumes are written. */

const bytes: Readonly<Record<string, number>> = {
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
};

/** @returns GiB, undefined for what is no quantity of bytes. */
export function gibibytes(quantity: string | undefined): number | undefined {
  const [, digits, unit = ""] = /^([0-9.]+)([A-Za-z]*)$/.exec(quantity ?? "") ?? [];
  const factor = bytes[unit];
  const number = Number(digits);
  return digits === undefined || factor === undefined || Number.isNaN(number)
    ? undefined
    : (number * factor) / 2 ** 30;
}
