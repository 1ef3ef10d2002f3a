import assert from "node:assert/strict";
import fc from "fast-check";
import {
  formatMinor,
  minorsAhead,
  nextMinor,
  parseMinor,
  previousMinor,
} from "../../../src/versions/minor.ts";

const minors = fc.record(
  { major: fc.integer({ min: 1, max: 2 }), minor: fc.nat({ max: 99 }) },
  { noNullPrototype: true },
);

describe("Kubernetes minor", () => {
  for (const [text, expected] of [
    ["1.35", "1.35"],
    ["v1.35.2", "1.35"],
    ["1.35.2-eks-4096722", "1.35"],
    ["1.9", "1.9"],
  ] as const) {
    it(`of ${text} is ${expected}`, () => {
      const version = parseMinor(text);
      assert.equal(version && formatMinor(version), expected);
    });
  }

  for (const text of ["", "1", "1.", "latest", "1.35x", "x1.35", "-1.35"]) {
    it(`is not in ${JSON.stringify(text)}`, () => {
      assert.equal(parseMinor(text), undefined);
    });
  }

  it("is read back as it was written", () => {
    fc.assert(
      fc.property(minors, (version) => {
        assert.deepEqual(parseMinor(formatMinor(version)), version);
      }),
    );
  });

  it("steps by one, and back", () => {
    fc.assert(
      fc.property(minors, (version) => {
        assert.equal(minorsAhead(nextMinor(version), version), 1);
        assert.deepEqual(previousMinor(nextMinor(version)), version);
      }),
    );
  });

  it("compares as a number, not as text, and its major before all", () => {
    assert.ok(minorsAhead({ major: 1, minor: 10 }, { major: 1, minor: 9 }) > 0);
    assert.ok(minorsAhead({ major: 2, minor: 0 }, { major: 1, minor: 99 }) > 0);
  });

  it("is as far ahead as the other is behind", () => {
    fc.assert(
      fc.property(minors, minors, (a, b) => {
        assert.equal(minorsAhead(a, b) + minorsAhead(b, a) || 0, 0);
      }),
    );
  });
});
