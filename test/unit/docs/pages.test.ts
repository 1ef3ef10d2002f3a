/** That no page which is made from the code is older than the code. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { formatted, pages } from "../../../docs/pages.ts";

const folder = path.join(import.meta.dirname, "..", "..", "..", "docs");

describe("the pages that are made from the code", () => {
  for (const [name, page] of Object.entries(pages)) {
    it(`${name} is as new as the code: npm run docs`, async () => {
      const file = path.join(folder, name);
      assert.equal(await readFile(file, "utf8"), await formatted(page(), file));
    });
  }
});
