/** The policies of docs/, and AWS's evaluation of a call against them. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { runSimulation } from "@cloud-copilot/iam-simulate";

export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export interface Document {
  readonly Version: string;
  readonly Statement: readonly Statement[];
}

const docs = path.join(import.meta.dirname, "../../../docs");
const read = (name: string): Document =>
  JSON.parse(readFileSync(path.join(docs, `${name}.json`), "utf8")) as Document;

/** What the principal is granted, document by document. */
export const grant = {
  "aws-policy": read("aws-policy"),
  "aws-policy-roles": read("aws-policy-roles"),
  "aws-policy-network": read("aws-policy-network"),
};
export const boundary = read("aws-boundary");

export const accountId = "123456789012";
export const arn = (service: string, resource: string): string => {
  const region = service === "iam" ? "" : "eu-west-1";
  // Snapshots may be shared, so no account is in their ARN.
  const account = resource.startsWith("snapshot/") ? "" : accountId;
  return `arn:aws:${service}:${region}:${account}:${resource}`;
};

/** As KMS writes it where nobody says otherwise: it leaves the decision to the policies of the account. */
const keyPolicy = {
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${accountId}:root` }, Action: "kms:*", Resource: "*" },
  ],
};

/** A call as AWS evaluates it: once for each resource that it concerns, with what is known of that resource. */
export interface Call {
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string | string[]>>;
}

/** `by` a role: whatever is attached to it, here everything, within the boundary. */
export type Caller = "principal" | "role";

/** @throws {assert.AssertionError} where the action does not exist, or does not know the resource or a key of the context. */
export async function allows({ action, resource, context = {} }: Call, by: Caller): Promise<boolean> {
  const everything = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
  };
  const result = await runSimulation(
    {
      request: {
        principal: `arn:aws:iam::${accountId}:${by === "role" ? "role/sandbox-a-nodes-role-1234567" : "user/operator"}`,
        action,
        resource: { resource, accountId },
        contextVariables: { ...context },
      },
      identityPolicies:
        by === "role"
          ? [{ name: "everything", policy: everything }]
          : Object.entries(grant).map(([name, policy]) => ({ name, policy })),
      ...(by === "role" && { permissionBoundaryPolicies: [{ name: "boundary", policy: boundary }] }),
      ...(resource.includes(":key/") && { resourcePolicy: keyPolicy }),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  if (result.resultType !== "single") assert.fail(`${action} on ${resource}: ${JSON.stringify(result)}`);
  assert.deepEqual(result.result.ignoredContextKeys, [], `${action} on ${resource} knows no such key`);
  return result.overallResult === "Allowed";
}
