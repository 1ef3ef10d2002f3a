import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Journal, reportsFolder } from "../../../src/teardown/journal.ts";
import { latestReceipt, writeReceipt } from "../../../src/teardown/ledger/receipt-files.ts";

describe("journal of a teardown", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "sdlc journal-"));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("is read as it was written, across runs, without the half line of a crash", () => {
    const reports = path.join(folder, "not there yet");
    new Journal("sandbox-a", reports).append({ type: "wave-started", wave: 1, of: 2 });
    const later = new Journal("sandbox-a", reports);
    appendFileSync(later.file, '\n{"at":"2026-01-01T00:00');
    later.append({ type: "wave-ended", wave: 1 });
    assert.deepEqual(
      later.read().map(({ at, ...fact }) => [Number.isNaN(Date.parse(at)), fact]),
      [
        [false, { type: "wave-started", wave: 1, of: 2 }],
        [false, { type: "wave-ended", wave: 1 }],
      ],
    );
  });

  const begin = {
    type: "started",
    part: "ledger",
    stack: "sandbox-a",
    clusterName: "sandbox-a",
    choices: { teardown: "run", onStuck: "stop", deadlineSeconds: 600 },
  } as const;

  it("goes on in memory where a file is in the place of its folder, and says so once", () => {
    const reports = path.join(folder, "reports");
    writeFileSync(reports, "");
    const warned: string[] = [];
    const first = new Journal("sandbox-a", reports, (line) => warned.push(line));
    first.append(begin);
    const second = new Journal("sandbox-a", reports, (line) => warned.push(line));
    second.append({ type: "wave-started", wave: 1, of: 2 });
    assert.deepEqual(
      second.read().map(({ type }) => type),
      ["started", "wave-started"],
    );
    assert.equal(second.isLost, true);
    assert.equal(warned.length, 1);
    assert.match(
      warned[0] ?? "",
      /cannot be kept in .*reports \((EEXIST|ENOTDIR).*SDLC_REPORTS names another folder/,
    );

    const written = writeReceipt(second, true);
    assert.equal(written.file, undefined);
    assert.match("why" in written ? written.why : "", /ENOTDIR/);
    assert.equal(written.receipt.stack, "sandbox-a");
    assert.equal(latestReceipt("sandbox-a", reports), undefined);
    assert.deepEqual(second.read(), [], "it is closed");
  });

  it("goes on in memory where the file itself takes nothing, and leaves no half of a receipt", () => {
    const journal = new Journal("sandbox-a", folder);
    mkdirSync(journal.file);
    journal.append(begin);
    assert.equal(journal.read().length, 1);
    const time =
      journal
        .read()[0]
        ?.at.replace(/\.\d+Z$/, "Z")
        .replaceAll(":", "-") ?? "";
    mkdirSync(path.join(folder, `sandbox-a-${time}.html`));
    assert.equal(writeReceipt(journal, true).file, undefined);
    const names = readdirSync(folder).filter((name) => /\.(txt|json)$/.test(name));
    assert.deepEqual(names, []);
  });

  it("outlives a file that somebody removes meanwhile", () => {
    const journal = new Journal("sandbox-a", folder);
    journal.append(begin);
    rmSync(journal.file);
    journal.append({ type: "wave-started", wave: 1, of: 2 });
    assert.deepEqual(
      journal.read().map(({ type }) => type),
      ["started", "wave-started"],
    );
    assert.equal(journal.isLost, false);
  });

  it("has nothing to tell of a stack that was never torn down", () => {
    assert.deepEqual(new Journal("sandbox-b", folder).read(), []);
  });

  it("goes where the operator wants it", () => {
    assert.equal(reportsFolder({ SDLC_REPORTS: folder }), folder);
    assert.equal(path.basename(reportsFolder({})), "reports");
  });
});
