/** The receipts in the reports folder: `<stack>-<UTC time>.txt`, `.json`, `.html`, and the journal that they were made of. */
import { readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { receiptOf } from "../../../src/teardown/receipt/receipt.ts";
import { receiptHtml } from "../../../src/teardown/receipt/receipt-html.ts";
import { receiptText } from "../../../src/teardown/receipt/receipt-text.ts";
import { parseReceipt, type Receipt } from "../../../src/teardown/receipt/schema.ts";
import { Journal, reportsFolder } from "../journal.ts";

export interface WrittenReceipt {
  readonly receipt: Receipt;
  /** Without its ending. */
  readonly file: string;
}

/** @param finished whether the journal is closed with it: after a failure the rerun goes on in the same one. */
export function writeReceipt(journal: Journal, finished: boolean): WrittenReceipt {
  const receipt = receiptOf(journal.read());
  const time = receipt.endedAt.replace(/\.\d+Z$/, "Z").replaceAll(":", "-");
  const file = path.join(path.dirname(journal.file), `${receipt.stack}-${time}`);
  writeFileSync(`${file}.txt`, receiptText(receipt));
  writeFileSync(`${file}.json`, `${JSON.stringify(receipt, undefined, 2)}\n`);
  writeFileSync(`${file}.html`, receiptHtml(receipt));
  if (finished) renameSync(journal.file, `${file}.jsonl`);
  return { receipt, file };
}

/** The last receipt of exactly this stack; undefined if there is none. */
export function latestReceipt(stack: string, folder: string = reportsFolder()): WrittenReceipt | undefined {
  const ending = /^-\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}Z\.json$/;
  const [latest] = namesIn(folder)
    .filter((name) => name.startsWith(stack) && ending.test(name.slice(stack.length)))
    .sort()
    .reverse();
  if (latest === undefined) return undefined;
  const file = path.join(folder, latest);
  return { receipt: parseReceipt(readFileSync(file, "utf8")), file: file.replace(/\.json$/, "") };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
