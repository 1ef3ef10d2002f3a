/**
 * Schemas of single values. `pulumi config` hands over text, and numbers and booleans only from inside a
 * structured value, so a number or a flag is taken in either form.
 */
import { z } from "zod";
import { isIPv4Cidr, networkOf, vpcCidrFault } from "../cidr.ts";

export const wholeNumber = (min: number, max: number): z.ZodType<number> =>
  z.preprocess(fromText(/^\d+$/, Number), z.int().min(min).max(max));

export const flag: z.ZodType<boolean> = z.preprocess(
  fromText(/^(true|false)$/, (text) => text === "true"),
  z.boolean(),
);

/** Text where YAML or `--path` may have made a number or a boolean of it: the value of a label. */
export const looseText = (pattern: RegExp): z.ZodType<string> =>
  z.preprocess(
    (value) => (typeof value === "number" || typeof value === "boolean" ? String(value) : value),
    z.string().regex(pattern),
  );

/** One of a list of numbers, each of which is a literal type. */
export const oneOfNumbers = <const T extends readonly number[]>(allowed: T): z.ZodType<T[number]> =>
  z.preprocess(
    fromText(/^\d+$/, Number),
    z.custom<T[number]>((value) => allowed.some((number) => number === value)),
  );

export const vpcCidr = z.string().superRefine((cidr, context) => {
  const fault = vpcCidrFault(cidr);
  if (fault !== undefined) context.addIssue({ code: "custom", message: fault });
});

export const allowedCidr = z.string().superRefine((cidr, context) => {
  if (!isIPv4Cidr(cidr))
    context.addIssue({ code: "custom", message: "is not an IPv4 block in CIDR notation" });
  else if (networkOf(cidr) !== cidr) {
    context.addIssue({
      code: "custom",
      message: `does not start at its first address, which is ${networkOf(cidr)}`,
    });
  }
});

/** IAM users and roles. The ARN of a role's session (`sts`, `assumed-role`) is refused by EKS. */
export const principalArn = z.string().regex(/^arn:aws[a-z-]*:iam::\d{12}:(user|role)\/[\w+=,.@/-]+$/);

/** What AWS takes as the value of a tag; of its characters only those that need no quoting in a shell. */
export const tagText = z.string().regex(/^[A-Za-z0-9_.:/=+@-]{1,256}$/);

export const kubernetesVersion = z.string().superRefine((text, context) => {
  if (/^(development|next|1\.[1-9]\d)$/.test(text)) return;
  const dropped = /^1\.\d$/.test(text) ? `is what YAML makes of ${text}0 without quotes` : "is no version";
  context.addIssue({ code: "custom", message: dropped });
});

export type Expiry = { readonly date: string } | { readonly days: number };

/** `2026-12-31`, which YAML without quotes turns into a time of day, or a lifetime in days, `14d`. */
export const expiry = z.string().transform((text, context): Expiry => {
  const days = /^([1-9]\d{0,2})d$/.exec(text)?.[1];
  if (days !== undefined) return { days: Number(days) };
  const date = /^(\d{4}-\d{2}-\d{2})( 00:00:00 \+0000 UTC)?$/.exec(text)?.[1];
  if (date !== undefined && z.iso.date().safeParse(date).success) return { date };
  context.addIssue({ code: "custom", message: "is neither a date nor a number of days" });
  return z.NEVER;
});

function fromText(pattern: RegExp, convert: (text: string) => unknown): (value: unknown) => unknown {
  return (value) => (typeof value === "string" && pattern.test(value) ? convert(value) : value);
}
