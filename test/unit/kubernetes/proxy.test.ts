/** The way to a cluster's API through the proxy that the environment names. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { connect, type AddressInfo } from "node:net";
import { createAuthority, issueCertificate } from "../../../local/pki.ts";
import { ClusterApi, noRetries } from "../../../src/kubernetes/api.ts";

const host = "cluster.example";
const variables = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"];

function kubeconfigOf(cluster: object): string {
  return JSON.stringify({
    clusters: [{ name: "c", cluster }],
    contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
    users: [{ name: "u", user: {} }],
    "current-context": "c",
  });
}

describe("a proxy before a cluster's API", () => {
  const saved = { ...process.env };
  const servers: Server[] = [];
  let asked: string[];
  let api: ClusterApi;
  let proxy: string;

  const listen = async (server: Server): Promise<number> => {
    servers.push(server.listen(0, "127.0.0.1"));
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  };
  const open = (cluster: object): ClusterApi => {
    api = new ClusterApi(kubeconfigOf(cluster), new AbortController().signal, noRetries);
    return api;
  };

  beforeEach(async () => {
    for (const name of variables) Reflect.deleteProperty(process.env, name);
    asked = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? "");
      response.end("{}");
    });
    server.on("connect", (request, socket) => {
      asked.push(request.url ?? "");
      const behind = connect(Number(request.url?.split(":")[1]), "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        behind.pipe(socket).pipe(behind);
      });
    });
    proxy = `http://127.0.0.1:${await listen(server)}`;
  });

  afterEach(() => {
    api.close();
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
    process.env = { ...saved };
  });

  it("is gone through once for all requests, and sees nothing of them", async () => {
    const authority = await createAuthority("test");
    const { certificate, privateKey } = await issueCertificate(authority, {
      commonName: host,
      hosts: [host],
      usage: "server",
    });
    const answering = createSecureServer({ cert: certificate, key: privateKey }, (_request, response) => {
      response.end('{"kind":"Pod"}');
    });
    const port = await listen(answering);
    process.env["HTTPS_PROXY"] = proxy;
    const ca = Buffer.from(authority.certificate).toString("base64");
    open({ server: `https://${host}:${port}`, "certificate-authority-data": ca });
    assert.deepEqual(await api.get("/api/v1/pods"), { kind: "Pod" });
    await api.get("/api/v1/pods");
    assert.deepEqual(asked, [`${host}:${port}`]);
  });

  it("is asked for a server that speaks plain HTTP", async () => {
    process.env["HTTP_PROXY"] = proxy;
    await open({ server: `http://${host}`, "insecure-skip-tls-verify": true }).get("/version");
    assert.deepEqual(asked, [`http://${host}/version`]);
  });

  it("is not asked where NO_PROXY names the server", async () => {
    process.env["HTTP_PROXY"] = proxy;
    process.env["NO_PROXY"] = "localhost,.invalid";
    const server = "http://cluster.invalid";
    await assert.rejects(
      open({ server, "insecure-skip-tls-verify": true }).get("/version"),
      /ENOTFOUND|EAI_AGAIN/,
    );
    assert.deepEqual(asked, []);
  });

  it("is not asked for a server on this machine", async () => {
    const port = await listen(createServer((_request, response) => response.end("{}")));
    process.env["HTTP_PROXY"] = proxy;
    await open({ server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true }).get("/version");
    assert.deepEqual(asked, []);
  });
});
