import assert from "node:assert/strict";
import { parseAllDocuments } from "yaml";
import { PlatformService } from "../../components/platform-service.ts";
import { keda } from "../../src/services/keda.ts";
import { serviceManifest } from "../../src/render.ts";
import { serviceObjects } from "../../src/services/service.ts";
import { gitopsMocks } from "../support/gitops-mocks.ts";
import { inCluster } from "../support/in-cluster.ts";
import { record } from "../support/registrations.ts";

const options = { version: "2.18.0", interval: "1h", retries: 3, values: { operator: { replicaCount: 2 } } };

const prerequisites = "sdlc:services:Prerequisites keda-prerequisites";
const namespace = "kubernetes:core/v1:Namespace keda-namespace";
const repository = "kubernetes:source.toolkit.fluxcd.io/v1:HelmRepository keda-helmrepository";
const release = "kubernetes:helm.toolkit.fluxcd.io/v2:HelmRelease keda-helmrelease";

describe("PlatformService", () => {
  it("delivers the same objects to the cluster as the file for Git holds, one after the other", async () => {
    const made: { release?: string } = {};
    const { registrations } = await record(gitopsMocks(), () => {
      const service = new PlatformService("keda", {
        cluster: inCluster(),
        kubeconfig: "kubeconfig",
        kubernetesVersion: "1.33",
        service: keda,
        options,
        after: [],
      });
      made.release = service.release;
    });

    const rendered = parseAllDocuments(serviceManifest(serviceObjects(keda, options))).map(
      (document) => document.toJS() as object,
    );
    assert.deepEqual(
      [namespace, repository, release].map((label) => registrations.get(label).inputs),
      rendered,
    );
    assert.deepEqual(
      [prerequisites, namespace, repository, release].map((label) => registrations.get(label).dependencies),
      [[], [prerequisites], [namespace], [repository]],
    );
    assert.equal(made.release, "HelmRelease keda/keda");
  });

  it("has its prerequisites looked at again with another version of itself or of Kubernetes", async () => {
    const { registrations } = await record(gitopsMocks(), () => {
      new PlatformService("keda", {
        cluster: inCluster(),
        kubeconfig: "kubeconfig",
        kubernetesVersion: "1.33",
        service: keda,
        options,
        after: [],
      });
    });
    assert.deepEqual(registrations.get(prerequisites).inputs, {
      kubeconfig: { secret: "kubeconfig" },
      kubernetesVersion: "1.33",
      service: "keda",
      version: "2.18.0",
    });
  });
});
