import assert from "node:assert/strict";
import { administratorEntries } from "../../components/access.ts";
import { UserError } from "../../src/errors.ts";

describe("administratorEntries", () => {
  it("names entries after the principal, whatever the order, and a repeated one once", () => {
    const platform = "arn:aws:iam::123456789012:role/teams/platform";
    const alice = "arn:aws:iam::123456789012:user/alice";
    const there = administratorEntries([platform, alice, platform]);
    const back = administratorEntries([alice, platform]);
    assert.deepEqual(there, back);
    assert.deepEqual(Object.keys(there).sort(), [
      "123456789012/role/teams/platform",
      "123456789012/user/alice",
    ]);
  });

  it("takes the policy from the principal's own partition", () => {
    const [entry] = Object.values(administratorEntries(["arn:aws-cn:iam::123456789012:user/alice"]));
    assert.deepEqual(entry?.accessPolicies, {
      admin: {
        policyArn: "arn:aws-cn:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
        accessScope: { type: "cluster" },
      },
    });
  });

  for (const arn of [
    "arn:aws:sts::123456789012:assumed-role/platform/alice",
    "arn:aws:iam::123456789012:group/platform",
    "arn:aws:iam::1234:role/platform",
    "platform",
  ]) {
    it(`refuses ${arn}, which no access entry can name`, () => {
      assert.throws(
        () => administratorEntries([arn]),
        (error: UserError) => error instanceof UserError && error.message.includes(arn),
      );
    });
  }
});
