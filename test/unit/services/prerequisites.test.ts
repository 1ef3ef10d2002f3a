import assert from "node:assert/strict";
import { keda } from "../../../src/services/keda.ts";
import {
  checkPrerequisites,
  type PrerequisiteRequest,
  type PrerequisiteVerdict,
} from "../../../src/services/prerequisites.ts";
import { parseMinor } from "../../../src/versions/minor.ts";

function check(kubernetes: string, change: Partial<PrerequisiteRequest> = {}): PrerequisiteVerdict {
  return checkPrerequisites({
    service: "keda",
    version: "2.18.0",
    requirements: keda.requirements,
    kubernetes: parseMinor(kubernetes) ?? { major: 0, minor: 0 },
    ...change,
  });
}

const about = (verdict: PrerequisiteVerdict, pattern: RegExp): number =>
  verdict.warnings.filter((warning) => pattern.test(warning)).length;

describe("the prerequisites of a service", () => {
  it("refuse a Kubernetes older than the chart takes", () => {
    assert.deepEqual(check("1.22").refusals, [
      {
        what: "services.keda: 2.18.0 needs Kubernetes 1.23 or newer, and the cluster has 1.22.",
        remedy: "Upgrade first, one minor at a time: pulumi config set kubernetesVersion 1.23",
      },
    ]);
    assert.deepEqual(check("1.23").refusals, []);
  });

  it("warn outside what its makers test, at either end, and not inside", () => {
    const tested = (kubernetes: string): number =>
      about(check(kubernetes), /is tested with Kubernetes 1\.31 to 1\.33/);
    assert.deepEqual(["1.30", "1.31", "1.33", "1.34"].map(tested), [1, 0, 0, 1]);
  });

  it("warn where nobody knows what a version is tested with", () => {
    assert.equal(about(check("1.34", { version: "3.0.0" }), /3\.0\.0 is tested with is not known here/), 1);
  });

  it("refuse a cluster that lacks an API which the service uses, once there is a cluster to ask", () => {
    const all = keda.requirements.apiVersions;
    assert.deepEqual(check("1.33", { served: all }).refusals, []);
    const [refusal] = check("1.33", { served: all.filter((api) => api !== "autoscaling/v2") }).refusals;
    assert.match(refusal?.what ?? "", /uses autoscaling\/v2, which the cluster does not serve/);
  });

  it("warn of API versions of Kubernetes that are not stable, and only note those that the service brings", () => {
    assert.deepEqual(check("1.33").warnings, []);
    assert.deepEqual(check("1.33").notes, [
      "services.keda: 2.18.0 brings keda.sh/v1alpha1, eventing.keda.sh/v1alpha1, which its makers may still change.",
    ]);
    const requirements = { ...keda.requirements, apiVersions: ["autoscaling/v2beta2"] };
    assert.equal(
      about(check("1.33", { requirements }), /uses autoscaling\/v2beta2, which Kubernetes may drop/),
      1,
    );
  });

  it("have nothing to say of the version and the Kubernetes that a stack gets by default", () => {
    const verdict = check("1.35", { version: keda.chartVersion });
    assert.deepEqual({ ...verdict, notes: [] }, { refusals: [], warnings: [], notes: [] });
    assert.deepEqual(check("1.36", { version: keda.chartVersion }).warnings, []);
  });
});
