import assert from "node:assert/strict";
import { eksReleases, offeredVersions, supportOf } from "../../../src/versions/eks-releases.ts";
import { formatMinor, parseMinor, type Minor } from "../../../src/versions/minor.ts";

function minor(text: string): Minor {
  const version = parseMinor(text);
  assert.ok(version);
  return version;
}

describe("releases of EKS", () => {
  for (const [version, day, support] of [
    ["1.34", "2026-12-01", "standard"],
    ["1.34", "2026-12-02", "extended"],
    ["1.31", "2026-11-25", "extended"],
    ["1.31", "2026-11-26", "ended"],
    ["1.36", "2026-11-23", "standard"],
    ["1.30", "2026-11-23", "unknown"],
    ["1.37", "2026-11-23", "unknown"],
  ] as const) {
    it(`${version} on ${day}: ${support}`, () => {
      assert.equal(supportOf(minor(version), new Date(`${day}T00:00:00Z`)), support);
      assert.equal(supportOf(minor(version), new Date(`${day}T23:59:59Z`)), support);
    });
  }

  it("are without a gap, oldest first", () => {
    const minors = eksReleases.map(({ version }) => minor(version).minor);
    const first = minors[0] ?? 0;
    assert.deepEqual(
      minors,
      minors.map((_, index) => first + index),
    );
  });

  it("have extended support for a year after the standard one", () => {
    for (const { version, standardSupportEnd, extendedSupportEnd } of eksReleases) {
      const year = Number(standardSupportEnd.slice(0, 4)) + 1;
      assert.equal(extendedSupportEnd, `${year}${standardSupportEnd.slice(4)}`, version);
    }
  });

  it("are offered until extended support ends", () => {
    const offered = (day: string): string[] => offeredVersions(new Date(day)).map(formatMinor);
    assert.equal(offered("2026-11-25")[0], "1.31");
    assert.equal(offered("2026-11-26")[0], "1.32");
  });
});
