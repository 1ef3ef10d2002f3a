import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Results } from "../../faults/results.ts";
import type { Scenario } from "../../faults/scenario.ts";
import { closingLine, markdownTable, provenance, rowsOf } from "../../faults/table.ts";

type Told = Parameters<Results["add"]>[0];
const result = (number: number, more: Partial<Told> = {}): Told => ({
  number,
  way: "product",
  clean: true,
  result: "clean",
  seconds: 12.4,
  ...more,
});
const scenario = (number: number): Scenario => ({
  number,
  title: `case ${number}`,
  plant: () => Promise.resolve(),
  present: () => Promise.resolve(),
});

describe("The results of the fault suite", () => {
  let folder: string;
  let file: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "faults-"));
    file = path.join(folder, "results.json");
  });

  afterEach(() => rm(folder, { recursive: true }));

  it("are there again for a run that goes on, each at its last", async () => {
    const first = await Results.open(file, false);
    await first.add(result(1, { clean: false, result: "leaves 1 volume" }));
    await first.add(result(1, { waves: 3 }));
    await first.add(result(1, { way: "plain", clean: false, result: "hangs" }));
    const second = await Results.open(file, false);
    const { code, at, ...told } = second.of(1, "product") ?? assert.fail("it is not known");
    assert.deepEqual(told, result(1, { waves: 3 }));
    assert.equal(code, second.code);
    assert.ok(!Number.isNaN(Date.parse(at)));
    assert.equal(second.of(1, "plain")?.result, "hangs");
    assert.equal(second.of(2, "product"), undefined);
  });

  it("count for nothing in other code, in a fresh run, and where the file is damaged", async () => {
    await (await Results.open(file, false)).add(result(1));
    assert.equal((await Results.open(file, true)).of(1, "product"), undefined);
    const other = (await readFile(file, "utf8")).replace(/"code": "[^"]*"/, '"code": "0000000000"');
    await writeFile(file, other);
    const results = await Results.open(file, false);
    assert.equal(results.of(1, "product"), undefined);
    assert.equal(results.last(1, "product")?.code, "0000000000");
    await writeFile(file, other.slice(0, 20));
    assert.equal((await Results.open(file, false)).last(1, "product"), undefined);
  });

  it("make a table in which what was not run is not clean", async () => {
    const results = await Results.open(file, true);
    await results.add(result(1, { waves: 4 }));
    await results.add(result(2, { way: "plain", clean: false, result: "leaves 2 volume | 1 vpc" }));
    const rows = rowsOf([scenario(1), scenario(2)], (number, way) => results.of(number, way));
    const lines = markdownTable(rows).split("\n");
    assert.equal(lines[2], "| 1 | case 1 | 4 | 12 | clean | not run | not run |");
    assert.equal(lines[3], "| 2 | case 2 | – | – | not run | FAILED: leaves 2 volume \\| 1 vpc | not run |");
    assert.equal(closingLine(rows, "product"), "1 of 2 scenarios clean");
    assert.equal(closingLine(rows, "plain"), "0 of 1 scenarios clean by a plain destroy (1 not run)");
  });

  it("say of which commit each is, where they are of several", async () => {
    await (await Results.open(file, false)).add(result(1));
    const other = (await readFile(file, "utf8")).replace(/"code": "[^"]*"/, '"code": "0000000000"');
    await writeFile(file, other);
    const results = await Results.open(file, false);
    await results.add(result(2));
    const day = new Date().toISOString().slice(0, 10);
    const rows = rowsOf([scenario(1), scenario(2)], (number, way) => results.last(number, way));
    assert.equal(
      provenance(rows),
      `Run on ${day} on the local platform: product at commit 0000000000 (1), ${results.code} (2).`,
    );
  });
});
