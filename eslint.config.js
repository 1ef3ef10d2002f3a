import js from "@eslint/js";
import prettier from "eslint-config-prettier";
import tseslint from "typescript-eslint";

const product = ["src", "provider", "components", "stacks", "commands"];

/** Refuses imports of what lies in `folders` of the checkout, whether they stand at the head of a file or in a call. */
function noImportOf(folders, message) {
  const folder = `^([.]{1,2}[/])+(${folders.join("|")})[/]`;
  return {
    "no-restricted-imports": ["error", { patterns: [{ regex: folder, message }] }],
    "no-restricted-syntax": [
      "error",
      { selector: `ImportExpression[source.value=/${folder.replaceAll("/", "\\u002F")}/]`, message },
    ],
  };
}

export default tseslint.config(
  { ignores: ["node_modules/", ".local/", "reports/"] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    files: ["**/*.ts"],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "max-lines": ["error", { max: 400 }],
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/explicit-module-boundary-types": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // A Pulumi resource is registered by its construction; nothing else need hold it.
      "no-new": "off",
    },
  },
  { files: ["**/*.js"], ...tseslint.configs.disableTypeChecked },
  {
    files: ["test/**/*.ts", "local/test/**/*.ts"],
    // A mocha suite is called for its effect and returns nothing that could be awaited.
    rules: { "@typescript-eslint/no-unused-expressions": "off" },
  },
  {
    files: product.map((folder) => `${folder}/**/*.ts`),
    rules: noImportOf(
      ["local", "test"],
      "The product is installed without the local platform and without tests. What both need belongs to the product.",
    ),
  },
  {
    files: ["src/teardown/laws/**/*.ts"],
    // This replaces the rule above for these files, so it repeats its folders.
    rules: noImportOf(
      ["local", "test", "drain", "external", "ledger", "order", "plan", "sweep"],
      "A law judges by what the API server or AWS shows, so that it holds when a rule is wrong: it imports none.",
    ),
  },
  {
    files: ["local/**/*.ts"],
    ignores: ["local/product.ts"],
    rules: noImportOf(
      product,
      "The local platform reaches the product by local/product.ts alone: export it there, and import it from there.",
    ),
  },
  {
    files: ["local/product.ts"],
    // What a function of `load` returns is the module that it names, whose exports have types of their own.
    rules: { "@typescript-eslint/explicit-module-boundary-types": "off" },
  },
  prettier,
);
