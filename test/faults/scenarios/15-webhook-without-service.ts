import assert from "node:assert/strict";
import { ApiException } from "@kubernetes/client-node";
import { requireForced } from "../evidence.ts";
import type { Scenario } from "../scenario.ts";

const name = "policies.example.com";
const probe = "v1 ConfigMap default/probe";

export const scenario: Scenario = {
  number: 15,
  title: "a webhook that refuses every deletion, for its service is gone",
  plant: async ({ cluster }) => {
    await cluster.apply(`
apiVersion: v1
kind: ConfigMap
metadata: { name: probe, namespace: default }
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: { name: ${name} }
webhooks:
  - name: validate.${name}
    admissionReviewVersions: [v1]
    sideEffects: None
    failurePolicy: Fail
    timeoutSeconds: 2
    clientConfig: { service: { name: policies, namespace: policies, path: /validate } }
    rules: [{ operations: [DELETE], apiGroups: ["*"], apiVersions: ["*"], resources: ["*"], scope: "*" }]
`);
  },
  present: async ({ cluster }) => {
    await assert.rejects(cluster.remove(probe), (error: unknown) => {
      assert.ok(error instanceof ApiException);
      assert.match(String(error.body), /failed calling webhook/);
      return true;
    });
  },
  choices: { SDLC_TEARDOWN_DEADLINE: "10" },
  stops: {
    says: [
      /ValidatingWebhookConfiguration policies\.example\.com/,
      /policies\/policies/,
      /SDLC_TEARDOWN_ON_STUCK=force/,
    ],
    remedy: () => Promise.resolve({ SDLC_TEARDOWN_ON_STUCK: "force" }),
  },
  check: (_sandbox, { events }) => {
    requireForced(events, `ValidatingWebhookConfiguration.admissionregistration.k8s.io ${name}`);
  },
};
