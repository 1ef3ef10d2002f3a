/** The pages of this folder that are made from the code: `npm run docs` writes them, and a test fails when one is old. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import prettier from "prettier";
import { kindsPage } from "../src/aws/kinds-page.ts";

/** By their file names. */
export const pages: Readonly<Record<string, () => string>> = { "aws-kinds.md": kindsPage };

/** A page as it stands in its file. */
export async function formatted(text: string, file: string): Promise<string> {
  const options = await prettier.resolveConfig(file);
  return prettier.format(text, { ...options, filepath: file });
}

if (import.meta.main) {
  for (const [name, page] of Object.entries(pages)) {
    const file = path.join(import.meta.dirname, name);
    await writeFile(file, await formatted(page(), file));
  }
}
