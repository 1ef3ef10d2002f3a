import assert from "node:assert/strict";
import fc from "fast-check";
import { expiryDate, expiryWarning, isoDate } from "../../src/expiry.ts";

describe("expiry", () => {
  for (const [expiry, createdOn, expected] of [
    [{ days: 14 }, "2026-11-23", "2026-12-07"],
    [{ days: 1 }, "2028-02-28", "2028-02-29"],
    [{ date: "2027-01-31" }, "2026-11-23", "2027-01-31"],
    [undefined, "2026-11-23", undefined],
  ] as const) {
    it(`${JSON.stringify(expiry)} of a stack made on ${createdOn} is ${expected ?? "never"}`, () => {
      assert.equal(expiryDate(expiry, createdOn), expected);
    });
  }

  it("counts whole days, over months, years and summer time", () => {
    const day = fc.date({ min: new Date("2026-01-01"), max: new Date("2040-01-01"), noInvalidDate: true });
    fc.assert(
      fc.property(day, fc.integer({ min: 1, max: 999 }), (created, days) => {
        const end = expiryDate({ days }, isoDate(created)) ?? "";
        assert.equal((Date.parse(end) - Date.parse(isoDate(created))) / 86_400_000, days);
      }),
    );
  });

  it("warns after the day, and not on it", () => {
    assert.equal(expiryWarning("sandbox-a", "2026-12-07", new Date("2026-12-07T23:59:59Z")), undefined);
    assert.match(
      expiryWarning("sandbox-a", "2026-12-07", new Date("2026-12-08T00:00:00Z")) ?? "",
      /^sandbox-a expired on 2026-12-07\. Destroy it/,
    );
  });
});
