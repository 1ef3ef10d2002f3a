import assert from "node:assert/strict";
import { conditionOf, type Address } from "../cluster.ts";
import { requireForced } from "../evidence.ts";
import type { Scenario } from "../scenario.ts";

const name = "v1alpha1.usage.example.com";
const service: Address = `apiregistration.k8s.io/v1 APIService ${name}`;
const terminating: Address = "v1 Namespace old-team";

export const scenario: Scenario = {
  number: 16,
  title: "an APIService that is not available, so that namespaces stay",
  plant: async ({ cluster }) => {
    await cluster.apply(`
apiVersion: v1
kind: Namespace
metadata: { name: old-team }
---
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: { name: ${name} }
spec:
  group: usage.example.com
  version: v1alpha1
  groupPriorityMinimum: 100
  versionPriority: 100
  insecureSkipTLSVerify: true
  service: { name: usage, namespace: old-team }
`);
    await cluster.until(
      service,
      "is unavailable",
      (found) => conditionOf(found, "Available")?.status === "False",
    );
    await cluster.remove(terminating);
    await cluster.until(
      terminating,
      "cannot go",
      (found) => conditionOf(found, "NamespaceDeletionDiscoveryFailure")?.status === "True",
    );
  },
  present: async ({ cluster }) => {
    assert.equal((await cluster.get(terminating)).status?.["phase"], "Terminating");
  },
  choices: { SDLC_TEARDOWN_DEADLINE: "10" },
  stops: {
    says: [/APIService v1alpha1\.usage\.example\.com/, /old-team\/usage/, /SDLC_TEARDOWN_ON_STUCK=force/],
    // The namespace controller tries again after pauses that grow to a minute.
    remedy: () => Promise.resolve({ SDLC_TEARDOWN_ON_STUCK: "force", SDLC_TEARDOWN_DEADLINE: "120" }),
  },
  check: (_sandbox, { events }) => {
    requireForced(events, `APIService.apiregistration.k8s.io ${name}`);
  },
};
