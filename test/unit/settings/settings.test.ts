import assert from "node:assert/strict";
import { parseSettings, type Settings } from "../../../src/settings.ts";
import { environmentClasses } from "../../../stacks/classes.ts";
import { completeSettings, stackConfig } from "../../support/stack-config.ts";

function sandbox(change: Readonly<Record<string, unknown>> = {}): Settings {
  return parseSettings(
    stackConfig({ ...completeSettings, ...change }),
    "sandbox",
    environmentClasses.sandbox.defaults,
  );
}

describe("settings", () => {
  it("are complete with a few lines in a stack file", () => {
    const settings = sandbox();
    assert.equal(settings.region, "eu-west-1");
    assert.equal(settings.cidr, "10.16.0.0/16");
    assert.deepEqual(settings.endpoint, {
      public: true,
      allowedCidrs: ["203.0.113.0/24"],
      runnerInVpc: false,
    });
    assert.deepEqual(settings.tags, { ticket: "TICKET-1", owner: "platform-team", expiry: { days: 14 } });
    assert.deepEqual(settings.development, {
      organization: "organization",
      project: "kubernetes-sdlc",
      stack: "development",
    });
  });

  it("complete a node group that says only what it must", () => {
    const group = {
      name: "spot",
      instanceTypes: ["m7i.large"],
      minSize: "0",
      desiredSize: 1,
      maxSize: "2",
      labels: { tier: 1, spot: true },
    };
    assert.deepEqual(sandbox({ nodeGroups: [group] }).nodeGroups, [
      {
        ...group,
        minSize: 0,
        maxSize: 2,
        diskSize: 50,
        amiType: "AL2023_x86_64_STANDARD",
        capacityType: "ON_DEMAND",
        labels: { tier: "1", spot: "true" },
        taints: [],
      },
    ]);
  });

  it("take one property of a group of settings, and keep the class's others", () => {
    const { controlPlaneLogs } = sandbox({ controlPlaneLogs: { retentionDays: 30 } });
    assert.deepEqual(controlPlaneLogs, { types: ["audit", "authenticator"], retentionDays: 30 });
  });

  it("take the region from aws:region", () => {
    assert.equal(sandbox({ region: undefined, "aws:region": "us-east-2" }).region, "us-east-2");
  });

  it("take zones by number or by name", () => {
    assert.equal(sandbox({ availabilityZones: "3" }).availabilityZones, 3);
    const named = ["eu-west-1a", "eu-west-1c"];
    assert.deepEqual(sandbox({ availabilityZones: named }).availabilityZones, named);
  });

  it("take an expiry as days, as a date, and as what YAML makes of a date without quotes", () => {
    const expiry = (text: string): unknown =>
      sandbox({ tags: { ...completeSettings.tags, expiry: text } }).tags.expiry;
    assert.deepEqual(expiry("30d"), { days: 30 });
    assert.deepEqual(expiry("2026-12-31"), { date: "2026-12-31" });
    assert.deepEqual(expiry("2026-12-31 00:00:00 +0000 UTC"), { date: "2026-12-31" });
  });

  it("read Development's place from the settings, for Pulumi Cloud or another project", () => {
    const { development } = sandbox({ development: { organization: "acme", project: "clusters" } });
    assert.deepEqual(development, { organization: "acme", project: "clusters", stack: "development" });
  });

  it("leave other namespaces alone", () => {
    assert.equal(sandbox({ "aws:profile": "x", "other:cidr": "y" }).cidr, "10.16.0.0/16");
  });
});
