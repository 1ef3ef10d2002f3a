/** Runs the platform's command line as the Makefile does, with an environment of the test's own. */
import path from "node:path";
import { execa, type ResultPromise } from "execa";
import { checkout } from "../../local/folders.ts";

interface Options {
  readonly reject: false;
  readonly all: true;
  readonly stdin: "ignore";
  readonly env: Readonly<Record<string, string>>;
}

/** `env` is added to this process's own. */
export function command(name: string, env: Readonly<Record<string, string>>): ResultPromise<Options> {
  const main = path.join(checkout, "local", "cli", "main.ts");
  const options: Options = { reject: false, all: true, stdin: "ignore", env };
  return execa(process.execPath, ["--disable-warning=ExperimentalWarning", main, name], options);
}
