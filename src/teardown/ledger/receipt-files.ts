/** The receipts in the reports folder: `<stack>-<UTC time>.txt`, `.json`, `.html`, and the journal that they were made of. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { receiptOf } from "../receipt/receipt.ts";
import { receiptHtml } from "../receipt/receipt-html.ts";
import { receiptText } from "../receipt/receipt-text.ts";
import { parseReceipt, type Receipt } from "../receipt/schema.ts";
import { Journal, reportsFolder } from "../journal.ts";

export interface WrittenReceipt {
  readonly receipt: Receipt;
  /** Without its ending. */
  readonly file: string;
}

export interface UnwrittenReceipt {
  readonly receipt: Receipt;
  readonly file: undefined;
  /** Why there are no files. */
  readonly why: string;
}

/**
 * Where the folder cannot be written to, the receipt is all there is; no half of it stays in the folder.
 *
 * @param finished whether the journal is closed with it: after a failure the rerun goes on in the same one.
 */
export function writeReceipt(journal: Journal, finished: boolean): WrittenReceipt | UnwrittenReceipt {
  const receipt = receiptOf(journal.read());
  const time = receipt.endedAt.replace(/\.\d+Z$/, "Z").replaceAll(":", "-");
  const file = path.join(path.dirname(journal.file), `${receipt.stack}-${time}`);
  const contents = {
    txt: receiptText(receipt),
    html: receiptHtml(receipt),
    json: `${JSON.stringify(receipt, undefined, 2)}\n`,
  };
  try {
    for (const [ending, content] of Object.entries(contents)) writeFileSync(`${file}.${ending}`, content);
  } catch (error) {
    for (const ending of Object.keys(contents)) removeHalf(`${file}.${ending}`);
    if (finished) journal.close(`${file}.jsonl`);
    return { receipt, file: undefined, why: (error as Error).message };
  }
  if (finished) journal.close(`${file}.jsonl`);
  return { receipt, file };
}

function removeHalf(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // A folder that takes no file lets none be removed either.
  }
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

/** What is a file holds no receipts either. */
const noFolder: readonly (string | undefined)[] = ["ENOENT", "ENOTDIR"];

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (noFolder.includes((error as NodeJS.ErrnoException).code)) return [];
    throw error;
  }
}
