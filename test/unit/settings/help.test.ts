import assert from "node:assert/strict";
import { z } from "zod";
import { pathText, settingsHelp } from "../../../src/settings/help.ts";
import { settingSchemas } from "../../../src/settings/schema.ts";

/** The path of every property of a schema, with `[]` for any index and `*` for any key. */
function paths(schema: unknown, path: string): string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return paths(schema.unwrap(), path);
  if (schema instanceof z.ZodArray) return [path, ...paths(schema.element, `${path}[]`)];
  if (schema instanceof z.ZodRecord) return [path, ...paths(schema.valueType, `${path}.*`)];
  if (schema instanceof z.ZodObject) {
    return [path, ...Object.entries(schema.shape).flatMap(([key, inner]) => paths(inner, `${path}.${key}`))];
  }
  return [path];
}

describe("help for settings", () => {
  it("is there for every property, and for nothing else", () => {
    const all = Object.entries(settingSchemas).flatMap(([name, schema]) => paths(schema, name));
    assert.deepEqual(Object.keys(settingsHelp).sort(), all.sort());
  });

  it("writes a path as pulumi config set takes it", () => {
    assert.equal(
      pathText(["nodeGroups", 0, "labels", "example.com/tier"]),
      'nodeGroups[0].labels["example.com/tier"]',
    );
  });
});
