/**
 * `npm run guard -- <checkout> [--base main]`: whether a change to a GitOps repository may go to its target. Ends with 1
 * and every reason where it may not.
 */
import path from "node:path";
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { UserError } from "../src/errors.ts";
import { formatFinding, type Finding } from "../src/guard/finding.ts";
import { judge } from "../src/guard/guard.ts";
import { installHook, judgePush } from "./guard-hook.ts";
import { readChange, type ChangeRequest } from "./read-change.ts";
import { runCommand } from "./run-command.ts";

export interface Judgement {
  readonly findings: readonly Finding[];
  /** How many files the change touches. */
  readonly files: number;
}

/** @throws {UserError} if there is no change to look at. */
export async function guard(request: ChangeRequest): Promise<Judgement> {
  const change = await readChange(request);
  return { findings: judge(change), files: change.changed.length };
}

const usage = "npm run guard -- <checkout> [--base main] [--commit <commit>] [--install-hook]";

async function main(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      base: { type: "string", default: "main" },
      commit: { type: "string" },
      "install-hook": { type: "boolean", default: false },
      "pre-push": { type: "boolean", default: false },
    },
  });
  const [given] = positionals;
  // Git gives the remote's name and address to a hook, which came behind the checkout.
  if (given === undefined || (positionals.length > 1 && !values["pre-push"])) {
    throw new UserError({
      what: "npm run guard: needs one checkout of the GitOps repository.",
      remedy: usage,
    });
  }
  const checkout = path.resolve(given);
  const { base } = values;
  if (values["install-hook"]) {
    const command = [process.execPath, ...process.execArgv, import.meta.filename];
    console.log(`${await installHook(checkout, command)} looks at every push from here on.`);
    return;
  }
  if (values["pre-push"]) {
    const branches = await judgePush(checkout, await text(process.stdin), base);
    for (const { branch, findings } of branches) report(findings, `The push of ${branch}`);
    return;
  }
  const { findings, files } = await guard({ checkout, base, commit: values.commit });
  report(findings, `The change of ${files === 1 ? "1 file" : `${files} files`} for ${base}`);
}

/** Refusals to the error stream; on GitHub also as the annotations of a check. */
function report(findings: readonly Finding[], subject: string): void {
  if (findings.length === 0) {
    console.log(`${subject} holds nothing that the guard refuses.`);
    return;
  }
  const count = findings.length === 1 ? "1 reason" : `${findings.length} reasons`;
  console.error([`${subject} is refused for ${count}.`, ...findings.map(formatFinding)].join("\n"));
  if (process.env["GITHUB_ACTIONS"] === "true") {
    for (const { file, line, what } of findings) console.log(`::error file=${file},line=${line}::${what}`);
  }
  process.exitCode = 1;
}

if (import.meta.main) await runCommand(() => main(process.argv.slice(2)));
