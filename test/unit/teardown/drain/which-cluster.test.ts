import assert from "node:assert/strict";
import { UserError } from "../../../../src/errors.ts";
import { whyNothingToDrain, type WhoAndWhat } from "../../../../src/teardown/drain/which-cluster.ts";

const endpoint = "https://ABC.gr7.eu-west-1.eks.amazonaws.com";
const kubeconfig = (server: string): string =>
  JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "kubernetes", cluster: { server } }],
    users: [{ name: "aws", user: {} }],
    contexts: [{ name: "aws", context: { cluster: "kubernetes", user: "aws" } }],
    "current-context": "aws",
  });
const expected = {
  clusterArn: "arn:aws:eks:eu-west-1:123456789012:cluster/sandbox-a",
  clusterName: "sandbox-a",
  region: "eu-west-1",
  kubeconfig: kubeconfig(endpoint),
};
const found: WhoAndWhat = {
  account: "123456789012",
  cluster: { arn: expected.clusterArn, endpoint, status: "ACTIVE" },
};
const cluster = (changes: Partial<NonNullable<WhoAndWhat["cluster"]>>): WhoAndWhat => ({
  ...found,
  cluster: { arn: expected.clusterArn, endpoint, status: "ACTIVE", ...changes },
});

describe("which cluster a drain is for", () => {
  it("is the recorded one, whatever the case of its address", () => {
    assert.equal(whyNothingToDrain(expected, found), undefined);
    assert.equal(whyNothingToDrain(expected, cluster({ endpoint: `${endpoint.toLowerCase()}/` })), undefined);
  });

  it("is none once AWS has none of its name, or is deleting it", () => {
    assert.match(
      whyNothingToDrain(expected, { ...found, cluster: undefined }) ?? "",
      /has no cluster sandbox-a/,
    );
    assert.match(whyNothingToDrain(expected, cluster({ status: "DELETING" })) ?? "", /is deleting/);
  });

  for (const [title, given, answer, says] of [
    // In another account there is no cluster of this name, which must not read as a cluster that is gone.
    [
      "another account",
      expected,
      { account: "210987654321", cluster: undefined },
      /account 210987654321, and the cluster is in 123456789012/,
    ],
    ["another region", { ...expected, region: "eu-central-1" }, found, /it is in region eu-west-1/],
    [
      "another cluster of the name",
      expected,
      cluster({ arn: "arn:aws:eks:eu-west-1:123456789012:cluster/sandbox-ab" }),
      /AWS says that sandbox-a is arn:aws:eks:eu-west-1:123456789012:cluster\/sandbox-ab/,
    ],
    [
      "a kubeconfig of another cluster",
      { ...expected, kubeconfig: kubeconfig("https://other.example.com") },
      found,
      /points at https:\/\/other\.example\.com/,
    ],
    [
      "a cluster that was made anew under its name",
      expected,
      cluster({ endpoint: "https://XYZ.gr7.eu-west-1.eks.amazonaws.com" }),
      /the cluster is at https:\/\/XYZ/,
    ],
  ] as const) {
    it(`refuses ${title}, and touches nothing`, () => {
      assert.throws(
        () => whyNothingToDrain(given, answer),
        (error) =>
          error instanceof UserError && says.test(error.message) && /Nothing was touched/.test(error.message),
      );
    });
  }
});
