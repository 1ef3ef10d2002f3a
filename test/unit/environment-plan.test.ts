import assert from "node:assert/strict";
import { planEnvironment, type EnvironmentPlan, type PlanSources } from "../../src/environment-plan.ts";
import { parseSettings } from "../../src/settings.ts";
import type { EnvironmentName } from "../../src/stack-name.ts";
import { environmentClasses } from "../../stacks/classes.ts";
import { completeSettings, stackConfig } from "../support/stack-config.ts";

function planned(
  settings: Readonly<Record<string, unknown>> = {},
  change: Partial<PlanSources> = {},
): EnvironmentPlan {
  const config = stackConfig({ ...completeSettings, ...settings });
  return planEnvironment({
    project: config.project,
    stack: config.stack,
    environment: "sandbox",
    settings: parseSettings(config, "sandbox", environmentClasses.sandbox.defaults),
    own: {},
    development: { stack: "organization/kubernetes-sdlc/development", exported: {}, fault: "does not exist" },
    now: new Date("2026-11-23T12:00:00Z"),
    ...change,
  });
}

const development = {
  stack: "organization/kubernetes-sdlc/development",
  exported: { kubernetesVersion: "1.34", addonVersions: { coredns: "v1.12.3-eksbuild.1" } },
};

describe("environment plan", () => {
  it("of a sandbox runs Development's minor and its add-ons", () => {
    const plan = planned({ kubernetesVersion: "development" }, { development });
    assert.equal(plan.kubernetesVersion, "1.34");
    assert.deepEqual(
      plan.nodeGroups.map((group) => group.kubernetesVersion),
      ["1.34"],
    );
    assert.deepEqual(plan.addonVersions, { coredns: "v1.12.3-eksbuild.1" });
  });

  it("of a sandbox one ahead leaves the add-ons of the new minor to AWS", () => {
    const plan = planned({ kubernetesVersion: "next" }, { development });
    assert.equal(plan.kubernetesVersion, "1.35");
    assert.deepEqual(plan.addonVersions, {});
  });

  it("counts a sandbox's lifetime from its first up, not from its last", () => {
    assert.equal(planned().expiry, "2026-12-07");
    const later = planned({}, { own: { createdOn: "2026-11-01" } });
    assert.equal(later.createdOn, "2026-11-01");
    assert.equal(later.expiry, "2026-11-15");
    assert.equal(later.tags["sdlc:expiry"], "2026-11-15");
  });

  it("warns of a sandbox past its day", () => {
    const { warnings } = planned({}, { own: { createdOn: "2026-11-01" } });
    assert.deepEqual(warnings, [
      "sandbox-a expired on 2026-11-15. Destroy it (pulumi destroy), or prolong it: pulumi config set --path tags.expiry 2026-12-31",
    ]);
  });

  it("keeps the zones that it once chose, in the region where it chose them", () => {
    const zones = ["eu-west-1a", "eu-west-1c"];
    assert.equal(planned().availabilityZones, 2);
    assert.deepEqual(
      planned({}, { own: { region: "eu-west-1", availabilityZones: zones } }).availabilityZones,
      zones,
    );
    assert.equal(
      planned({}, { own: { region: "us-east-2", availabilityZones: zones } }).availabilityZones,
      2,
    );
  });

  it("takes the zones by name from the settings, whatever it ran in", () => {
    const named = ["eu-west-1b", "eu-west-1c"];
    const own = { region: "eu-west-1", availabilityZones: ["eu-west-1a", "eu-west-1b"] };
    assert.deepEqual(planned({ availabilityZones: named }, { own }).availabilityZones, named);
  });

  it("refuses what EKS would, from what the stack runs now", () => {
    const own = { kubernetesVersion: "1.33", nodeVersions: { general: "1.32" } };
    assert.throws(() => planned({ kubernetesVersion: "1.35" }, { own }), /from 1\.33 to 1\.35 is refused/);
    assert.throws(
      () => planned({ kubernetesVersion: "1.36" }, { own: { ...own, kubernetesVersion: "1.35" } }),
      /Node group general of sandbox-a: 1\.32 under a control plane at 1\.36 is refused/,
    );
  });

  it("of staging and of the canary holds to Development, production's to Staging", () => {
    const leader = { ...development, stack: "organization/kubernetes-sdlc/in-front" };
    const own = { kubernetesVersion: "1.34" };
    const to = (environment: EnvironmentName, kubernetesVersion: string): EnvironmentPlan =>
      planned({ kubernetesVersion }, { environment, development: undefined, leader, own });
    for (const environment of ["staging", "production"] as const) {
      assert.throws(() => to(environment, "1.35"), /in-front runs 1\.34, and sandbox-a is never ahead of it/);
      assert.equal(to(environment, "1.34").kubernetesVersion, "1.34");
    }
    assert.equal(to("canary", "1.35").kubernetesVersion, "1.35");
    assert.equal(to("development", "1.35").kubernetesVersion, "1.35");
  });

  it("of a sandbox that says its minor itself holds it to one ahead of Development, and tells when it is behind", () => {
    const said = (kubernetesVersion: string): EnvironmentPlan =>
      planned({ kubernetesVersion }, { development, leader: development });
    assert.throws(
      () => said("1.36"),
      /development runs 1\.34, and sandbox-a is at most one minor ahead of it/,
    );
    assert.deepEqual(said("1.35").warnings, []);
    const behind = said("1.33").warnings.filter((warning) => warning.includes("behind"));
    assert.deepEqual(behind, [
      "Kubernetes 1.33 of sandbox-a is behind organization/kubernetes-sdlc/development, which runs 1.34. Realign it: pulumi config set kubernetesVersion development, then pulumi up.",
    ]);
  });

  it("tells of a stack in front that cannot be read, and nothing of one that is not there", () => {
    const leader = { stack: "organization/kubernetes-sdlc/staging", exported: {} };
    const warnings = (fault: string): readonly string[] =>
      planned({ kubernetesVersion: "1.35" }, { environment: "production", leader: { ...leader, fault } })
        .warnings;
    assert.deepEqual(warnings("does not exist"), []);
    assert.deepEqual(warnings("cannot be read (forbidden)"), [
      "organization/kubernetes-sdlc/staging cannot be read (forbidden): it was not checked whether this stack is ahead of it.",
    ]);
  });

  it("goes one step back where the setting says so and EKS still does it, and remembers that", () => {
    const own = {
      kubernetesVersion: "1.35",
      nodeVersions: { general: "1.34" },
      kubernetesHistory: { createdWith: "1.34", upgradedFrom: "1.34", upgradedAt: "2026-11-20T12:00:00Z" },
    };
    assert.throws(() => planned({ kubernetesVersion: "1.34" }, { own }), /allowVersionRollback is false/);
    const back = planned({ kubernetesVersion: "1.34", allowVersionRollback: true }, { own });
    assert.deepEqual(back.kubernetesHistory, { createdWith: "1.34" });
    const stay = planned({ kubernetesVersion: "1.35" }, { own });
    assert.deepEqual(stay.kubernetesHistory, own.kubernetesHistory);
  });
});
