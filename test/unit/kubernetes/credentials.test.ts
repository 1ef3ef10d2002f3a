/** Credentials for a cluster's API that expire, and are renewed while somebody waits. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ApiRefusal, ClusterApi, CredentialFault } from "../../../src/kubernetes/api.ts";

/** Milliseconds. */
const patience = { answer: 5_000, retrying: 2_000, tell: (line: string) => void told.push(line) };
/** Why it waited. */
const told: string[] = [];
const away = 300;

describe("credentials for a cluster", () => {
  let folder: string;
  let token: string;
  let server: Server;
  let api: ClusterApi;
  /** What the server accepts; every other token has expired. */
  let good: string;
  let asked: string[];

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "credentials-"));
    token = path.join(folder, "token");
    good = "one";
    asked = [];
    server = createServer((request, response) => {
      const given = request.headers.authorization?.replace("Bearer ", "") ?? "";
      asked.push(given);
      response.writeHead(given === good ? 200 : 401, { "Content-Type": "application/json" });
      response.end(JSON.stringify(given === good ? { kind: "Pod" } : { message: "Unauthorized" }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    // As `aws eks get-token`: it fails where nobody is logged in.
    const exec = {
      apiVersion: "client.authentication.k8s.io/v1",
      command: "sh",
      args: ["-c", `read -r token < "$TOKEN" && echo '{"status":{"token":"'"$token"'"}}'`],
      env: [{ name: "TOKEN", value: token }],
    };
    const cluster = { server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true };
    const kubeconfig = JSON.stringify({
      clusters: [{ name: "c", cluster }],
      contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
      users: [{ name: "u", user: { exec } }],
      "current-context": "c",
    });
    api = new ClusterApi(kubeconfig, new AbortController().signal, patience);
    await writeFile(token, "one\n");
  });

  afterEach(async () => {
    api.close();
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  });

  it("that are no longer accepted are obtained anew until they are, once for all that asks", async () => {
    await api.get("/api/v1/pods");
    good = "two";
    const answers = Promise.all([1, 2, 3].map(() => api.get("/api/v1/pods")));
    await sleep(away);
    await writeFile(token, "two\n");
    assert.deepEqual(await answers, [{ kind: "Pod" }, { kind: "Pod" }, { kind: "Pod" }]);
    assert.equal(asked.filter((given) => given === "two").length, 3);
  });

  it("that cannot be obtained for a while are waited for, where there were some before", async () => {
    await api.get("/api/v1/pods");
    good = "two";
    await rm(token);
    const answer = api.get("/api/v1/pods");
    await sleep(away);
    await writeFile(token, "two\n");
    assert.deepEqual(await answer, { kind: "Pod" });
  });

  it("that were never accepted are refused after one renewal", async () => {
    good = "two";
    await assert.rejects(api.get("/api/v1/pods"), (error: unknown) => {
      return error instanceof ApiRefusal && error.code === 401;
    });
    assert.deepEqual(asked, ["one", "one"]);
  });

  it("are a fault of their own where the time is over", async () => {
    await api.get("/api/v1/pods");
    good = "two";
    await rm(token);
    const started = Date.now();
    await assert.rejects(api.get("/api/v1/pods"), CredentialFault);
    assert.ok(Date.now() - started >= patience.retrying);
    assert.equal(new Set(told).size, 1);
    assert.match(
      told[0] ?? "",
      /^the credentials for the cluster have expired: log in again, and it goes on$/,
    );
  });
});
