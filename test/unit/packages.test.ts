/** What each of the two packages says that it depends on, against what its files import. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import path from "node:path";
import ts from "typescript";

const checkout = path.join(import.meta.dirname, "..", "..");
const read = (file: string): string => readFileSync(path.join(checkout, file), "utf8");

const product = "{src,provider,components,stacks,commands}/**/*.ts";
const productTests = "{test/**/*.ts,eslint.config.js}";

function manifest(file: string): { readonly dependencies: string[]; readonly devDependencies: string[] } {
  const { dependencies = {}, devDependencies = {} } = JSON.parse(read(file)) as Record<string, object>;
  return { dependencies: Object.keys(dependencies), devDependencies: Object.keys(devDependencies) };
}

/** Packages that files import, each with a file that does. */
function imported(pattern: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const file of globSync(pattern, { cwd: checkout, exclude: ["**/node_modules/**"] })) {
    for (const { fileName } of ts.preProcessFile(read(file), true, true).importedFiles) {
      if (fileName.startsWith(".") || isBuiltin(fileName)) continue;
      const [scope = "", name = ""] = fileName.split("/");
      found.set(scope.startsWith("@") ? `${scope}/${name}` : scope, file);
    }
  }
  return found;
}

function missing(imports: ReadonlyMap<string, string>, known: readonly string[]): string[] {
  return [...imports].filter(([name]) => !known.includes(name)).map(([name, file]) => `${name} of ${file}`);
}

describe("the packages", () => {
  const root = manifest("package.json");
  const local = manifest("local/package.json");

  it("have the product run with what an install without developers' packages brings", () => {
    assert.deepEqual(missing(imported(product), root.dependencies), []);
  });

  it("have tests import what the product's package names", () => {
    assert.deepEqual(missing(imported(productTests), [...root.dependencies, ...root.devDependencies]), []);
  });

  it("have the local platform import what it names itself, beside what it shares with the product", () => {
    const known = [local, root].flatMap(({ dependencies, devDependencies }) => [
      ...dependencies,
      ...devDependencies,
    ]);
    assert.deepEqual(missing(imported("local/**/*.ts"), known), []);
  });

  it("name nothing twice, and nothing that nobody imports", () => {
    const ofLocal = [...local.dependencies, ...local.devDependencies];
    assert.deepEqual(
      ofLocal.filter((name) => root.dependencies.includes(name) || root.devDependencies.includes(name)),
      [],
    );
    const byLocal = imported("local/**/*.ts");
    assert.deepEqual(
      ofLocal.filter((name) => !byLocal.has(name)),
      [],
    );
    const byTests = imported(productTests);
    assert.deepEqual(
      root.devDependencies.filter((name) => byLocal.has(name) && !byTests.has(name)),
      [],
    );
    const byProduct = imported(product);
    // The program runs on `node`, which nothing imports.
    assert.deepEqual(
      root.dependencies.filter((name) => !byProduct.has(name)),
      ["node"],
    );
  });
});
