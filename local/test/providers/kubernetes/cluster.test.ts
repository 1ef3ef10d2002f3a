import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { unknownValue } from "../../../product.ts";
import { clusterDifference, configureCluster } from "../../../providers/kubernetes/cluster.ts";

function kubeconfig(server: string, user: Record<string, unknown> = {}): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "cluster", cluster: { server, "insecure-skip-tls-verify": true } }],
    users: [{ name: "user", user }],
    contexts: [{ name: "context", context: { cluster: "cluster", user: "user" } }],
    "current-context": "context",
  });
}

const replaced = (olds: Record<string, unknown>, news: Record<string, unknown>): string[] =>
  clusterDifference(olds, news)
    .changes.filter(({ replace }) => replace)
    .map(({ path: changed }) => changed);

describe("Kubernetes provider stand-in's configuration", () => {
  it("is another provider when the cluster is another one", () => {
    const [one, two] = [kubeconfig("https://one"), kubeconfig("https://two")];
    const other = kubeconfig("https://one", { token: "other" });
    assert.deepEqual(replaced({ kubeconfig: one }, { kubeconfig: two }), ["kubeconfig"]);
    assert.deepEqual(
      replaced({ kubeconfig: one }, { kubeconfig: other }),
      [],
      "another user of the same cluster",
    );
    assert.deepEqual(replaced({ kubeconfig: one }, { kubeconfig: unknownValue }), ["kubeconfig"]);
    assert.deepEqual(replaced({ kubeconfig: one, namespace: "a" }, { kubeconfig: one, namespace: "b" }), []);
  });

  it("goes by clusterIdentifier alone where that stays set", () => {
    const at = (server: string, clusterIdentifier: string): Record<string, unknown> => ({
      kubeconfig: kubeconfig(server),
      clusterIdentifier,
    });
    assert.deepEqual(replaced(at("https://one", "a"), at("https://two", "a")), []);
    assert.deepEqual(
      replaced(at("https://one", "a"), { kubeconfig: unknownValue, clusterIdentifier: "a" }),
      [],
    );
    assert.deepEqual(replaced(at("https://one", "a"), at("https://one", "b")), ["clusterIdentifier"]);
  });

  it("names the options it does not have", async () => {
    await assert.rejects(
      configureCluster({
        kubeconfig: kubeconfig("https://one"),
        renderYamlToDirectory: "out",
        enableServerSideApply: "false",
      }),
      /does not implement renderYamlToDirectory, enableServerSideApply: false\./,
    );
  });

  it("keeps why a kubeconfig is of no use", async () => {
    assert.match(
      (await configureCluster({ kubeconfig: "not: a kubeconfig" })).unreachable ?? "",
      /failed to parse kubeconfig/,
    );
  });

  it("runs the credential plugin once for all that use the cluster", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "credential-plugin-"));
    const seen: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.setHeader("Content-Type", "application/json");
      response.end(JSON.stringify({ resources: [{ kind: "Pod", name: "pods", namespaced: true }] }));
    });
    try {
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      const runs = path.join(folder, "runs");
      const plugin = path.join(folder, "plugin.sh");
      const credential = {
        kind: "ExecCredential",
        apiVersion: "client.authentication.k8s.io/v1beta1",
        status: { token: "it-is-me" },
      };
      await writeFile(plugin, `echo run >> "${runs}"\necho '${JSON.stringify(credential)}'\n`);
      const exec = { apiVersion: credential.apiVersion, command: "sh", args: [plugin] };
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const inputs = { kubeconfig: kubeconfig(url, { exec }) };
      const first = await configureCluster(inputs);
      const second = await configureCluster(inputs);
      await Promise.all([first, second, first].map(({ api }) => api.isNamespaced("v1", "Pod")));
      assert.deepEqual(new Set(seen), new Set(["Bearer it-is-me"]));
      assert.equal(await readFile(runs, "utf8"), "run\n");
    } finally {
      server.close();
      server.closeAllConnections();
      await rm(folder, { recursive: true });
    }
  });
});
