import assert from "node:assert/strict";
import { checkReleaseVersion, notTaken } from "../../../src/promotion/release-version.ts";

describe("the version of a release", () => {
  for (const version of ["0.0.7", "1.0.0-rc.1"]) {
    it(`may be ${version}`, () => {
      checkReleaseVersion(version);
    });
  }
  for (const version of ["v0.0.7", "0.0", "latest", "0.0.x", "1.0.0+build", ""]) {
    it(`is not ${JSON.stringify(version)}`, () => {
      assert.throws(() => {
        checkReleaseVersion(version);
      }, /is no version of a release/);
    });
  }

  const published = ["0.0.1", "0.0.9", "0.0.10", "0.1.0", "sha256-00.sig", "latest"];
  const cases: readonly [string, readonly string[], string | undefined, RegExp | undefined, string?][] = [
    ["0.0.11", published, "0.0.x", undefined],
    ["0.0.1", [], "0.0.x", undefined],
    // What is there may be published again, where it is the same.
    ["0.0.10", published, "0.0.x", undefined],
    ["0.0.9", published, "0.0.x", /0\.0\.9: is below 0\.0\.10/, "0.0.11"],
    ["0.2.0", published, "0.0.x", /0\.2\.0: is outside 0\.0\.x/, "0.0.11"],
    ["0.0.11-rc.1", published, "0.0.x", /is outside/, "0.0.11"],
    ["1.0.0", [], "0.0.x", /is outside/, "0.0.1"],
    ["0.0.11", published, undefined, /names no ref\.semver/],
  ];
  for (const [version, tags, range, fault, next] of cases) {
    it(`${version} is ${fault === undefined ? "" : "not "}taken by a Staging that follows ${String(range)}`, () => {
      const found = notTaken({ version, published: tags, range });
      if (fault === undefined) assert.equal(found, undefined);
      else assert.match(found?.what ?? "", fault);
      if (next !== undefined)
        assert.equal(found?.remedy, `Publish the next one: npm run publish-artifact -- ${next}`);
    });
  }
});
