import assert from "node:assert/strict";
import { withInstallOptions, type InstallOptions } from "../../../src/flux/install-options.ts";
import type { KubernetesObject } from "../../../src/kubernetes-object.ts";

const none: InstallOptions = { version: "v2.6.4", resources: {}, tolerations: [], lockdown: false };

function controller(name: string, args: readonly string[] = ["--events-addr=x"]): KubernetesObject {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: "flux-system" },
    spec: {
      replicas: 1,
      template: {
        metadata: { labels: { app: name } },
        spec: {
          serviceAccountName: name,
          containers: [{ name: "manager", args, resources: { limits: { cpu: "1", memory: "1Gi" } } }],
        },
      },
    },
  };
}

interface Pod {
  readonly containers: readonly { readonly args: readonly string[]; readonly resources: unknown }[];
  readonly tolerations?: unknown;
}

function podOf(object: KubernetesObject, options: Partial<InstallOptions>): Pod {
  const [changed] = withInstallOptions([object], { ...none, ...options });
  return (changed?.["spec"] as { template: { spec: Pod } }).template.spec;
}

const argsOf = (
  name: string,
  options: Partial<InstallOptions>,
  args?: readonly string[],
): readonly string[] => podOf(controller(name, args), options).containers[0]?.args ?? [];

const requeue = "--requeue-dependency=5s";

describe("options of the Flux installation", () => {
  it("leave everything as released where none is set", () => {
    const objects = [controller("source-controller"), controller("notification-controller")];
    assert.deepEqual(withInstallOptions(objects, none), objects);
  });

  it("let what waits for another look again soon", () => {
    for (const name of ["kustomize-controller", "helm-controller"]) {
      assert.deepEqual(argsOf(name, {}, ["--log-level=info"]), ["--log-level=info", requeue]);
      assert.deepEqual(argsOf(name, {}, ["--requeue-dependency=30s"]), [requeue]);
    }
  });

  it("leave other objects alone", () => {
    const crd = {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: "x" },
    };
    const options = { ...none, lockdown: true, tolerations: [{ operator: "Exists" as const }] };
    assert.deepEqual(withInstallOptions([crd], options), [crd]);
  });

  it("lock each controller down with the flags it knows", () => {
    const flags = (name: string): readonly string[] => argsOf(name, { lockdown: true }).slice(1);
    assert.deepEqual(flags("source-controller"), []);
    assert.deepEqual(flags("notification-controller"), ["--no-cross-namespace-refs=true"]);
    assert.deepEqual(flags("helm-controller"), [
      requeue,
      "--no-cross-namespace-refs=true",
      "--default-service-account=default",
    ]);
    assert.deepEqual(flags("kustomize-controller"), [
      requeue,
      "--no-cross-namespace-refs=true",
      "--default-service-account=default",
      "--no-remote-bases=true",
    ]);
  });

  it("replace a flag that the release sets to something else", () => {
    const args = ["--no-remote-bases=false", "--log-level=info"];
    assert.deepEqual(argsOf("kustomize-controller", { lockdown: true }, args), [
      "--no-remote-bases=true",
      "--log-level=info",
      requeue,
      "--no-cross-namespace-refs=true",
      "--default-service-account=default",
    ]);
  });

  it("let a newer revision end a health check from the release on that can do it", () => {
    const gate = "CancelHealthCheckOnNewRevision=true";
    assert.deepEqual(argsOf("kustomize-controller", { version: "v2.6.4" }, []), [requeue]);
    assert.deepEqual(argsOf("kustomize-controller", { version: "v2.7.0" }, []), [
      requeue,
      `--feature-gates=${gate}`,
    ]);
    assert.deepEqual(argsOf("helm-controller", { version: "v2.7.0" }, []), [requeue]);
    assert.deepEqual(argsOf("kustomize-controller", { version: "v2.7.3" }, ["--feature-gates=A=true"]), [
      `--feature-gates=A=true,${gate}`,
      requeue,
    ]);
  });

  it("add resources to what is released, and tolerations", () => {
    const pod = podOf(controller("helm-controller"), {
      resources: { requests: { cpu: "50m" }, limits: { memory: "2Gi" } },
      tolerations: [{ key: "dedicated", operator: "Exists" }],
    });
    assert.deepEqual(pod.containers[0]?.resources, {
      requests: { cpu: "50m" },
      limits: { cpu: "1", memory: "2Gi" },
    });
    assert.deepEqual(pod.tolerations, [{ key: "dedicated", operator: "Exists" }]);
  });
});
