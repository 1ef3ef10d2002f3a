/**
 * What a teardown writes down, one event after the other, each before the thing itself is done. Of these lines, and of nothing
 * else, the receipt is made (`receipt.ts`); they hold names, never contents.
 */
import type { ObjectId } from "../inventory/object-id.ts";
import type { OperatorChoices } from "../operator-choices.ts";

export type TeardownPart = "drain" | "sweep" | "ledger";

export type TeardownEvent = { readonly at: string } & TeardownFact;

/** An event without its time, which is added where it is written: RFC 3339, UTC, with milliseconds. */
export type TeardownFact =
  | {
      readonly type: "started";
      readonly part: TeardownPart;
      readonly stack: string;
      readonly clusterName: string;
      readonly choices: OperatorChoices;
    }
  /** The part did nothing, and why: the operator's choice, a cluster that is gone. */
  | { readonly type: "skipped"; readonly part: TeardownPart; readonly why: string }
  | { readonly type: "ended"; readonly part: TeardownPart; readonly outcome: "done" }
  | {
      readonly type: "ended";
      readonly part: TeardownPart;
      readonly outcome: "failed" | "interrupted";
      /** The error's message. */
      readonly why: string;
    }
  /** The waves that are still to come in this run; a run that takes over counts its own. */
  | { readonly type: "planned"; readonly waves: readonly (readonly ObjectId[])[] }
  | { readonly type: "wave-started"; readonly wave: number; readonly of: number }
  | { readonly type: "wave-ended"; readonly wave: number }
  | { readonly type: "deleting"; readonly wave: number; readonly id: ObjectId }
  | { readonly type: "gone"; readonly wave: number; readonly id: ObjectId }
  /** By the operator's choice: a finalizer stripped, a webhook configuration or an APIService removed. */
  | {
      readonly type: "forced";
      readonly id: ObjectId;
      readonly what: string;
      /** What of AWS was looked at before. */
      readonly checked: string;
    }
  | { readonly type: "aws-deleting"; readonly part: TeardownPart; readonly thing: AwsThing }
  | { readonly type: "aws-gone"; readonly part: TeardownPart; readonly thing: AwsThing }
  /** What an object held was asked for, and is not there. */
  | {
      readonly type: "asked-gone";
      readonly object: ObjectId;
      readonly what: string;
      readonly reference?: string;
    }
  /** Written before its object goes, and again once that is gone: the later word counts. */
  | { readonly type: "not-known"; readonly thing: NotKnownThing }
  | { readonly type: "git-deleting" | "git-gone"; readonly branch: string }
  | { readonly type: "kept"; readonly thing: KeptThing }
  | { readonly type: "left"; readonly where: Place; readonly what: string; readonly because: string }
  /** The closing question was asked there, and the answer is complete: what it names is `left` or `kept`. */
  | { readonly type: "counted"; readonly where: Place; readonly left: number; readonly kept: number }
  /** The closing question was not answered, which is not a zero. */
  | { readonly type: "unanswered"; readonly where: Place; readonly why: string };

export type Place = "aws" | "kubernetes" | "git";

export interface AwsThing {
  /** Such as `ec2:security-group`. */
  readonly type: string;
  readonly id: string;
  /** How it shows that it belongs to the stack. */
  readonly because: string;
}

/** What nobody was asked for, so that it is neither gone nor left. */
export interface NotKnownThing {
  readonly where: Place;
  readonly what: string;
  readonly why: string;
  /** Id or name, where anybody knew it. */
  readonly reference?: string;
  /** What told of it. */
  readonly object?: ObjectId;
  /** How a person looks: a command, where there is one. */
  readonly look?: string;
}

/** What stays on purpose. */
export interface KeptThing {
  readonly where: Place | "other-cluster";
  readonly what: string;
  readonly why: string;
  readonly reference?: string;
  /** US dollars a month, where it has a price. */
  readonly monthlyPrice?: number;
}
