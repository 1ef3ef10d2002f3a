/** The receipt of a teardown: what is written as JSON, and read again by whoever counts from it. */
import { z } from "zod";

const place = z.enum(["aws", "kubernetes", "git"]);
const part = z.enum(["drain", "sweep", "ledger"]);
/** RFC 3339, UTC. */
const time = z.iso.datetime();
const seconds = z.number().nonnegative();

/** From its beginning to its end. */
const span = { startedAt: time, endedAt: time, seconds };

export const receiptSchema = z.object({
  format: z.literal("kubernetes-sdlc/teardown-receipt/1"),
  stack: z.string(),
  clusterName: z.string(),
  ...span,
  /**
   * `clean`: the closing question was answered everywhere, and nothing is left. `left`: something is. `unknown`: somewhere it was
   * not answered, or something is not known.
   */
  outcome: z.enum(["clean", "left", "unknown"]),
  /** Each call of the command, as far as the parts of the teardown saw it. */
  runs: z.array(
    z.object({
      ...span,
      choices: z.object({ teardown: z.string(), onStuck: z.string(), deadlineSeconds: z.number() }),
      parts: z.array(
        z.object({
          part,
          ...span,
          /** `killed`: it says nothing of its end; `endedAt` is then the last that it said. */
          outcome: z.enum(["done", "failed", "interrupted", "killed", "skipped"]),
          why: z.string().optional(),
        }),
      ),
      waves: z.array(
        z.object({
          wave: z.int(),
          of: z.int(),
          ...span,
          /** How many the drain deleted itself, and not what goes with them. */
          objects: z.int(),
          /** False for one that the run did not see the end of. */
          ended: z.boolean(),
        }),
      ),
    }),
  ),
  deleted: z.array(
    z.object({
      where: place,
      /** Such as `ec2:security-group`; a kind of Kubernetes; `branch`. */
      type: z.string(),
      /** Id, name or ARN. */
      what: z.string(),
      because: z.string().optional(),
      part,
      wave: z.int().optional(),
      startedAt: time,
      /** Absent where its end was not seen: what it was part of is gone. */
      endedAt: time.optional(),
    }),
  ),
  forced: z.array(z.object({ at: time, object: z.string(), what: z.string(), checked: z.string() })),
  kept: z.array(
    z.object({
      /** `other-cluster`: what Flux of this one applied there. */
      where: z.enum(["aws", "kubernetes", "git", "other-cluster"]),
      what: z.string(),
      why: z.string(),
      reference: z.string().optional(),
      /** US dollars. */
      monthlyPrice: z.number().optional(),
    }),
  ),
  /** What nobody was asked for, so that it is neither gone nor left. The first release of receipts knew none. */
  notKnown: z
    .array(
      z.object({
        where: place,
        what: z.string(),
        why: z.string(),
        reference: z.string().optional(),
        /** How a person looks. */
        look: z.string().optional(),
      }),
    )
    .default([]),
  /** What AWS usually takes for the longest chain of its own deletions; absent where there was no cluster to drain. */
  awsChain: z.object({ seconds, links: z.array(z.object({ what: z.string(), seconds })) }).optional(),
  left: z.array(z.object({ where: place, what: z.string(), because: z.string() })),
  /** The closing question: what is left? */
  answers: z.array(
    z.object({
      where: place,
      /** Absent where it was not answered, and `why` says why. */
      left: z.int().optional(),
      why: z.string().optional(),
    }),
  ),
});

export type Receipt = z.infer<typeof receiptSchema>;
export type ReceiptRun = Receipt["runs"][number];
export type ReceiptPart = ReceiptRun["parts"][number];
export type DeletedThing = Receipt["deleted"][number];

/** @throws {z.ZodError} on what is none. */
export function parseReceipt(json: string): Receipt {
  return receiptSchema.parse(JSON.parse(json));
}
