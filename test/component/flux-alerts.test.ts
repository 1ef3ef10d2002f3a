import assert from "node:assert/strict";
import { FluxAlerts } from "../../components/flux-alerts.ts";
import { SigningKey } from "../../components/signing-key.ts";
import type { AlertPlace } from "../../src/flux/alerts.ts";
import { gitopsMocks } from "../support/gitops-mocks.ts";
import { inCluster } from "../support/in-cluster.ts";
import { record } from "../support/registrations.ts";

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const group = "kubernetes:notification.toolkit.fluxcd.io/v1beta3";

const places: readonly AlertPlace[] = [
  { kind: "slack", address: "https://hooks.slack.com/1", channel: "platform", severity: "error" },
  { kind: "msteams", address: "https://teams.example.com/2", severity: "info" },
  { kind: "webhook", address: "https://example.com/3", severity: "error" },
  { kind: "github", repository: "https://github.com/acme/platform.git", token: "ghp_4", severity: "info" },
];

describe("FluxAlerts", () => {
  it("is a secret, a provider and an alert for each place, in this order, and each login is secret", async () => {
    const { registrations } = await record(gitopsMocks(), () => {
      new FluxAlerts("alerts", { cluster: inCluster(), clusterName: "staging", places, after: [] });
    });
    const expected = places.flatMap(({ kind }, index) => {
      const part = `alerts-${kind}-${index + 1}`;
      return [
        `kubernetes:core/v1:Secret ${part}-secret`,
        `${group}:Provider ${part}-provider`,
        `${group}:Alert ${part}-alert`,
      ];
    });
    assert.deepEqual(registrations.childrenOf("sdlc:flux:Alerts alerts"), expected.sort());
    const specOf = (kind: string, name: string): unknown =>
      registrations.get(`${group}:${kind} ${name}-${kind.toLowerCase()}`).inputs["spec"];
    const dataOf = (name: string): unknown =>
      registrations.get(`kubernetes:core/v1:Secret ${name}-secret`).inputs["data"];

    assert.deepEqual(specOf("Provider", "alerts-slack-1"), {
      type: "slack",
      channel: "platform",
      secretRef: { name: "alerts-slack-1" },
    });
    assert.deepEqual(dataOf("alerts-slack-1"), { address: { secret: base64("https://hooks.slack.com/1") } });
    assert.deepEqual(specOf("Alert", "alerts-slack-1"), {
      providerRef: { name: "alerts-slack-1" },
      eventSeverity: "error",
      eventMetadata: { cluster: "staging" },
      eventSources: ["Kustomization", "GitRepository", "OCIRepository"].map((kind) => ({ kind, name: "*" })),
    });
    assert.deepEqual(specOf("Provider", "alerts-msteams-2"), {
      type: "msteams",
      secretRef: { name: "alerts-msteams-2" },
    });
    assert.deepEqual(specOf("Provider", "alerts-webhook-3"), {
      type: "generic",
      secretRef: { name: "alerts-webhook-3" },
    });
    assert.deepEqual(specOf("Provider", "alerts-github-4"), {
      type: "github",
      address: "https://github.com/acme/platform",
      secretRef: { name: "alerts-github-4" },
    });
    assert.deepEqual(dataOf("alerts-github-4"), { token: { secret: base64("ghp_4") } });
    assert.deepEqual((specOf("Alert", "alerts-github-4") as { eventSources: unknown }).eventSources, [
      { kind: "Kustomization", name: "*" },
    ]);
    const alert = registrations.get(`${group}:Alert alerts-slack-1-alert`);
    assert.deepEqual(alert.dependencies, [`${group}:Provider alerts-slack-1-provider`]);
    assert.equal(alert.deletedWith, "sdlc:test:Cluster cluster");
  });
});

describe("SigningKey", () => {
  it("is a secret of Flux's with the public half, under a name that Flux looks for", async () => {
    const { registrations } = await record(gitopsMocks(), () => {
      new SigningKey("key", { cluster: inCluster(), publicKey: "PEM", after: [] });
    });
    assert.deepEqual(registrations.childrenOf("sdlc:flux:SigningKey key"), ["kubernetes:core/v1:Secret key"]);
    const { inputs, deletedWith } = registrations.get("kubernetes:core/v1:Secret key");
    assert.deepEqual(inputs["metadata"], { name: "platform-signing-key", namespace: "flux-system" });
    assert.deepEqual(inputs["data"], { "platform.pub": base64("PEM") });
    assert.equal(deletedWith, "sdlc:test:Cluster cluster");
  });
});
