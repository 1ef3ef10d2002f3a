import type { GetPolicyDocumentArgs } from "@pulumi/aws/iam/index.js";
import type { Properties } from "../../../product.ts";
import type { FunctionHandler } from "../../plumbing/stand-in.ts";
import type { Aws } from "../configuration.ts";

type Statement = NonNullable<GetPolicyDocumentArgs["statements"]>[number];
type Principal = NonNullable<Statement["principals"]>[number];

/** IAM writes a list of one as the thing itself; the real provider sorts, so that order never shows as a change. */
const oneOrMany = (values: readonly string[]): string | string[] =>
  values.length === 1 && values[0] !== undefined ? values[0] : [...values].sort().reverse();

const listed = (key: string, values: readonly string[] | undefined): object =>
  values?.length ? { [key]: oneOrMany(values) } : {};

function principals(key: string, list: readonly Principal[] | undefined): object {
  if (!list?.length) return {};
  if (list.some(({ type, identifiers }) => type === "*" && identifiers.includes("*"))) return { [key]: "*" };
  const byType: Record<string, string[]> = {};
  for (const { type, identifiers } of list) (byType[type] ??= []).push(...identifiers);
  return {
    [key]: Object.fromEntries(Object.entries(byType).map(([type, ids]) => [type, oneOrMany(ids)])),
  };
}

function conditions(list: Statement["conditions"]): object {
  if (!list?.length) return {};
  const tests: Record<string, Record<string, string[]>> = {};
  for (const { test, variable, values } of list) ((tests[test] ??= {})[variable] ??= []).push(...values);
  return {
    Condition: Object.fromEntries(
      Object.entries(tests).map(([test, variables]) => [
        test,
        Object.fromEntries(
          Object.entries(variables).map(([variable, values]) => [variable, oneOrMany(values)]),
        ),
      ]),
    ),
  };
}

const statement = (item: Statement): Properties => ({
  ...(item.sid && { Sid: item.sid }),
  Effect: item.effect ?? "Allow",
  ...listed("Action", item.actions),
  ...listed("NotAction", item.notActions),
  ...listed("Resource", item.resources),
  ...listed("NotResource", item.notResources),
  ...principals("Principal", item.principals),
  ...principals("NotPrincipal", item.notPrincipals),
  ...conditions(item.conditions),
});

interface PolicyDocument {
  readonly Statement?: readonly Properties[];
}

/** Builds a policy without asking AWS. Statements of overriding documents replace those with the same Sid. */
export const getPolicyDocument: FunctionHandler<Aws> = (_context, properties) => {
  const args: GetPolicyDocumentArgs = properties;
  const parsed = (texts: readonly string[] | undefined): Properties[] =>
    (texts ?? []).flatMap((text) => [...((JSON.parse(text) as PolicyDocument).Statement ?? [])]);
  const statements = [
    ...parsed(args.sourcePolicyDocuments),
    ...(args.statements ?? []).map(statement),
    ...parsed(args.overridePolicyDocuments),
  ].reduce<Properties[]>((merged, item) => {
    const same = merged.findIndex(({ Sid }) => Sid !== undefined && Sid === item["Sid"]);
    return same < 0 ? [...merged, item] : merged.with(same, item);
  }, []);
  const document = {
    Version: args.version ?? "2012-10-17",
    ...(args.policyId && { Id: args.policyId }),
    Statement: statements,
  };
  const minifiedJson = JSON.stringify(document);
  return Promise.resolve({
    ...properties,
    id: "policy",
    json: JSON.stringify(document, null, 2),
    minifiedJson,
  });
};
