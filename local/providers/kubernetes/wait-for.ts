/** The annotation `pulumi.com/waitFor`: when a resource counts as ready, in the words of `kubectl wait`. */
import { JSONPath } from "jsonpath-plus";
import type { Properties } from "../../product.ts";
import { conditionOf } from "./object.ts";
import type { Readiness } from "./readiness.ts";

type Expectation = (object: Properties) => Readiness;

function jsonPathExpectation(expression: string): Expectation {
  // One "=" divides path and value; "==" belongs to a filter in the path.
  const [path = "", value, ...more] = expression.split(/(?<!=)=(?!=)/);
  const inner = /^\{\s*(.*?)\s*\}$/.exec(path)?.[1];
  if (inner === undefined)
    throw new Error(`${path} should be wrapped in brackets: jsonpath={.status.phase}=Bound`);
  if (more.length > 0) throw new Error(`the format is {.path}=value or {.path}, got "${expression}"`);
  if (value === "") throw new Error(`${path}= requires a value`);
  const query = inner.startsWith("$") ? inner : `$${inner}`;
  return (object) => {
    const [found] = JSONPath<unknown[]>({ path: query, json: object, wrap: true });
    if (found === undefined) return { ready: false, message: `Waiting for ${path}: it selects nothing` };
    if (value === undefined) return { ready: true };
    if (typeof found === "object") throw new Error(`${path} has a value that is no single text or number`);
    const text = typeof found === "string" ? found : JSON.stringify(found);
    return text === value
      ? { ready: true }
      : { ready: false, message: `Waiting for ${path} to be ${value}, it is ${text}` };
  };
}

function conditionExpectation(expression: string): Expectation {
  const [type = "", status = "True"] = expression.split("=");
  return (object) => {
    const condition = conditionOf(object, type);
    if (String(condition?.["status"]) === status) return { ready: true };
    const said = [condition?.["reason"], condition?.["message"]].filter(Boolean).map(String).join(": ");
    return { ready: false, message: `Waiting for condition ${type}=${status}${said ? ` (${said})` : ""}` };
  };
}

/**
 * Reads the annotation: `jsonpath={.path}[=value]`, `condition=Type[=Status]`, or a JSON array of such. Throws where it is neither.
 */
export function parseWaitFor(text: string): Expectation {
  const expectations = expressions(text).map((expression) => {
    if (expression.startsWith("jsonpath=")) return jsonPathExpectation(expression.slice("jsonpath=".length));
    if (expression.startsWith("condition="))
      return conditionExpectation(expression.slice("condition=".length));
    throw new Error(`expected a "jsonpath=" or "condition=" prefix, got "${expression}"`);
  });
  return (object) =>
    expectations.map((expectation) => expectation(object)).find(({ ready }) => !ready) ?? { ready: true };
}

function expressions(text: string): readonly string[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return [text];
  }
  if (!Array.isArray(parsed) || !parsed.every((item) => typeof item === "string")) return [text];
  if (parsed.length === 0) throw new Error("pulumi.com/waitFor needs at least one condition");
  return parsed;
}
