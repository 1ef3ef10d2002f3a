/** `npm run upgrade-check` with a real API server, a file backend, a checkout, and a stand-in for EKS' list of add-ons. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { checkText, checkUpgrade, exitCodeOf, type UpgradeCheck } from "../../commands/upgrade-check.ts";
import { startTestCluster, type TestCluster } from "../../local/test/kubelet/sandbox.ts";
import { TestBackend } from "../support/backend.ts";

const now = new Date("2026-11-25T12:00:00Z");
const to = { major: 1, minor: 36 };

const base64 = (bytes: Buffer | string): string => Buffer.from(bytes).toString("base64");
const budget = "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata:\n  name: web\n";
const release = gzipSync(JSON.stringify({ name: "web", namespace: "default", manifest: budget }));

const inCluster = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: helmreleases.helm.toolkit.fluxcd.io }
spec:
  group: helm.toolkit.fluxcd.io
  scope: Namespaced
  names: { kind: HelmRelease, plural: helmreleases, singular: helmrelease, listKind: HelmReleaseList }
  versions:
    - { name: v2, served: true, storage: true, schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } } }
    - { name: v2beta2, served: true, storage: false, schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } } }
    - { name: v2beta1, served: false, storage: false, schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } } }
---
apiVersion: v1
kind: Secret
metadata: { name: sh.helm.release.v1.web.v1, namespace: default, labels: { owner: helm, status: deployed } }
type: helm.sh/release.v1
data: { release: "${base64(base64(release))}" }
---
apiVersion: helm.toolkit.fluxcd.io/v2beta2
kind: HelmRelease
metadata: { name: web, namespace: default }
spec: { interval: 1h }
`;

const keda = `apiVersion: v1
kind: Namespace
metadata:
  name: keda
---
apiVersion: helm.toolkit.fluxcd.io/v2beta1
kind: HelmRelease
metadata:
  name: keda
  namespace: keda
`;

describe("upgrade-check", function () {
  this.timeout(300_000);
  let cluster: TestCluster;
  let backend: TestBackend;
  let checkout: string;
  let eks: Server;
  let check: UpgradeCheck;
  const aws = {
    AWS_ENDPOINT_URL: "",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  };

  before(async () => {
    eks = createServer((request, response) => {
      const url = new URL(request.url ?? "", "http://localhost");
      const name = url.searchParams.get("addonName");
      const compatibilities = [
        { clusterVersion: url.searchParams.get("kubernetesVersion"), defaultVersion: true },
      ];
      const addonVersions = [{ addonVersion: "v1.13.0-eksbuild.1", compatibilities }];
      response.end(JSON.stringify({ addons: [{ addonName: name, addonVersions }] }));
    });
    await once(eks.listen(0, "127.0.0.1"), "listening");
    aws.AWS_ENDPOINT_URL = `http://127.0.0.1:${(eks.address() as AddressInfo).port}`;
    Object.assign(process.env, aws);

    cluster = await startTestCluster();
    await cluster.apply(inCluster);
    checkout = await mkdtemp(path.join(tmpdir(), "checkout test-"));
    await mkdir(path.join(checkout, "platform", "services"), { recursive: true });
    await writeFile(path.join(checkout, "platform", "services", "keda.yaml"), keda);

    backend = await TestBackend.create();
    await backend.init("sandbox-a", {
      "aws:region": "eu-west-1",
      kubernetesVersion: "1.35",
      endpoint: { allowedCidrs: ["203.0.113.0/24"] },
      tags: { ticket: "TICKET-1", owner: "platform-team" },
      addonVersions: { coredns: "v1.12.4-eksbuild.1" },
      flux: { enabled: false },
    });
    await backend.deployed("sandbox-a", {
      region: "eu-west-1",
      kubernetesVersion: "1.35",
      nodeVersions: { general: "1.35" },
      addonVersions: { coredns: "v1.12.4-eksbuild.1", "vpc-cni": "v1.13.0-eksbuild.1" },
      kubeconfig: {
        "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
        plaintext: JSON.stringify(cluster.kubeconfig),
      },
    });
    check = await checkUpgrade(backend.pulumi, { stack: "sandbox-a", to, checkout, now });
  });

  after(async () => {
    for (const name of Object.keys(aws)) Reflect.deleteProperty(process.env, name);
    eks.close();
    await cluster.stop();
    await backend.remove();
    await rm(checkout, { recursive: true });
  });

  it("finds what Git would apply, with file, line and replacement", () => {
    const [found] = check.findings.filter(({ file }) => file !== undefined);
    assert.deepEqual(found, {
      check: "flux-apis",
      severity: "finding",
      where: "platform/services/keda.yaml:6",
      file: "platform/services/keda.yaml",
      line: 6,
      what: "HelmRelease keda/keda: helm.toolkit.fluxcd.io/v2beta1 is not served by the installed Flux.",
      remedy: "Write helm.toolkit.fluxcd.io/v2.",
    });
  });

  it("finds what Helm rendered, and what somebody wrote by an old version that is still served", () => {
    const found = check.findings.filter(({ where }) => where.startsWith("the cluster"));
    assert.deepEqual(
      found
        .map(({ severity, where, what }) => [severity, where.replace(/written by .*/, "written by"), what])
        .sort(),
      [
        [
          "finding",
          "the cluster, Helm release default/web",
          "PodDisruptionBudget web: policy/v1beta1 is not served by Kubernetes 1.36 (removed in 1.25).",
        ],
        [
          "warning",
          "the cluster, written by",
          "HelmRelease default/web: helm.toolkit.fluxcd.io/v2beta2 is deprecated, and goes with a later Flux.",
        ],
      ],
    );
  });

  it("finds the pin that the target does not take", () => {
    const found = check.findings.filter((finding) => finding.check === "add-ons");
    assert.deepEqual(
      found.map(({ where, severity }) => [where, severity]),
      [["add-on coredns", "finding"]],
    );
  });

  it("says what it looked at, and ends with what a pipeline reads", () => {
    assert.deepEqual(check.unchecked, []);
    assert.equal(exitCodeOf(check, false), 1);
    const text = checkText(check);
    assert.match(text, /^sandbox-a, from Kubernetes 1\.35 to 1\.36\n\nIn the way:\n/);
    assert.match(text, / {2}2 add-ons at EKS\n/);
    assert.match(text, /\n3 findings, \d+ warnings$/);
    assert.ok(!text.includes(JSON.stringify(cluster.kubeconfig)));
  });

  it("finds a step that EKS would refuse", async () => {
    const far = await checkUpgrade(backend.pulumi, { stack: "sandbox-a", to: { major: 1, minor: 37 }, now });
    const found = far.findings.filter((finding) => finding.check === "versions");
    assert.match(found[0]?.what ?? "", /from 1\.35 to 1\.37 is refused, because EKS does not offer it/);
  });

  it("does not call a cluster clean that it could not ask", async () => {
    await backend.deployed("sandbox-a", {
      region: "eu-west-1",
      kubernetesVersion: "1.35",
      kubeconfig: "no kubeconfig",
    });
    const blind = await checkUpgrade(backend.pulumi, { stack: "sandbox-a", to, now });
    assert.match(blind.unchecked[0] ?? "", /^the cluster of sandbox-a: /);
    assert.equal(exitCodeOf(blind, false), 2);
  });

  it("names a stack that is not there, and a folder that is no checkout", async () => {
    await assert.rejects(checkUpgrade(backend.pulumi, { stack: "sandbox-zz", to, now }), {
      name: "UserError",
      message: /^Stack sandbox-zz: is not on this backend/,
    });
    const request = { stack: "sandbox-a", to, now, checkout: path.join(backend.folder, "backend") };
    await assert.rejects(
      checkUpgrade(backend.pulumi, request),
      /has no YAML files, so that it is no checkout/,
    );
  });
});
