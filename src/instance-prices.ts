/**
 * What a node costs an hour: list prices on demand, US dollars, Linux, US East (N. Virginia), as of June 2026
 * (aws.amazon.com/ec2/pricing/on-demand). Within a family the price doubles with the size.
 */
const largePerHour: Readonly<Record<string, number>> = {
  m6i: 0.096,
  m7g: 0.0816,
  m7i: 0.1008,
  t3: 0.0832,
};

/** How many times a `large` each size is. */
const sizes: Readonly<Record<string, number>> = {
  medium: 0.5,
  large: 1,
  xlarge: 2,
  "2xlarge": 4,
  "4xlarge": 8,
};

/** US dollars; undefined for a type that this table does not have. */
export function instancePricePerHour(type: string): number | undefined {
  const [family = "", size = ""] = type.split(".");
  const [price, factor] = [largePerHour[family], sizes[size]];
  return price === undefined || factor === undefined ? undefined : price * factor;
}
