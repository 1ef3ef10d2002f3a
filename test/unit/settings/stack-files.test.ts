import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { parseSettings } from "../../../src/settings.ts";
import { environmentOf } from "../../../src/stack-name.ts";
import { environmentClasses } from "../../../stacks/classes.ts";
import { stackConfig } from "../../support/stack-config.ts";

const root = new URL("../../../", import.meta.url);

const files: [stack: string, file: string][] = [
  ...["sandbox-a", "canary", "development", "staging", "production"].map((stack): [string, string] => [
    stack,
    `Pulumi.${stack}.yaml`,
  ]),
  ["sandbox-b", "stacks/Pulumi.sandbox.template.yaml"],
];

describe("stack files", () => {
  for (const [stack, file] of files) {
    it(`${file} has no mistake, and nothing but configuration`, () => {
      const content = parse(readFileSync(new URL(file, root), "utf8")) as { config: Record<string, unknown> };
      assert.deepEqual(Object.keys(content), ["config"]);
      const { name, defaults } = environmentClasses[environmentOf(stack)];
      parseSettings(stackConfig(content.config, { stack }), name, defaults);
      const withFlux = { ...content.config, "kubernetes-sdlc:flux": { enabled: true } };
      parseSettings(stackConfig(withFlux, { stack }), name, defaults);
    });
  }
});
