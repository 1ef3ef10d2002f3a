import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Journal, reportsFolder } from "../../../provider/teardown/journal.ts";

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

  it("has nothing to tell of a stack that was never torn down", () => {
    assert.deepEqual(new Journal("sandbox-b", folder).read(), []);
  });

  it("goes where the operator wants it", () => {
    assert.equal(reportsFolder({ SDLC_REPORTS: folder }), folder);
    assert.equal(path.basename(reportsFolder({})), "reports");
  });
});
