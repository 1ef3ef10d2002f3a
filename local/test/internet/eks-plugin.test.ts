import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:https";
import { connect, type AddressInfo } from "node:net";
import path from "node:path";
import { text } from "node:stream/consumers";
import { connect as connectSecurely, type TLSSocket } from "node:tls";
import { execa } from "execa";
import { createAuthority, issueCertificate } from "../../pki.ts";
import type { Answers } from "./eks-plugin-requests.ts";
import { startTestInternet, type TestInternet } from "./support.ts";

describe("the official EKS plugin's requests on the local internet", function () {
  this.timeout(60_000);
  const issuer = "oidc.eks.eu-west-1.amazonaws.com";
  let net: TestInternet;
  let server: Server;
  let address: string;

  before(async () => {
    net = await startTestInternet();
    // An API server has an authority of its own, which nothing of the local internet vouches for.
    const { certificate, privateKey } = await issueCertificate(await createAuthority("kubernetes"), {
      commonName: "kube-apiserver",
      hosts: ["127.0.0.1"],
      usage: "server",
    });
    server = createServer({ cert: certificate, key: privateKey }, ({ url }, response) => {
      response.writeHead(url === "/healthz" ? 200 : 404).end("ok");
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(async () => {
    server.close();
    await net.stop();
  });
  beforeEach(() => {
    net.internet.apiServers.clear();
  });

  /** As the engine runs a plugin: with the platform's environment, NO_PROXY among it. */
  async function plugin(): Promise<Answers> {
    const script = path.join(import.meta.dirname, "eks-plugin-requests.ts");
    const args = [script, `https://${issuer}`, `https://${address}`];
    const { stdout } = await execa(process.execPath, args, { env: net.internet.environment });
    return JSON.parse(stdout) as Answers;
  }

  /** What the proxy answers to a CONNECT. */
  async function connected(target: string): Promise<string> {
    const proxy = new URL(net.internet.proxyUrl);
    const socket = connect(Number(proxy.port), proxy.hostname);
    socket.write(`CONNECT ${target} HTTP/1.1\r\nhost: ${target}\r\n\r\n`);
    return text(socket);
  }

  it("get the thumbprint of the authority that signed the issuer's certificate, the same each time", async () => {
    const first = await plugin();
    assert.match(first.thumbprint, /^[0-9a-f]{40}$/, first.thumbprint);
    assert.equal((await plugin()).thumbprint, first.thumbprint);
    const chain = await issuerChain();
    assert.equal(chain[1]?.fingerprint.replaceAll(":", "").toLowerCase(), first.thumbprint);
    assert.equal(chain[1].ca, true);
    const root = new X509Certificate(await readFile(net.internet.caFile));
    assert.equal(
      chain[1].checkIssued(root),
      true,
      "the file has the root, and the host sends what is below it",
    );
  });

  /** The issuer's certificates as it sends them, leaf first. */
  async function issuerChain(): Promise<X509Certificate[]> {
    const proxy = new URL(net.internet.proxyUrl);
    const socket = connect(Number(proxy.port), proxy.hostname);
    socket.write(`CONNECT ${issuer}:443 HTTP/1.1\r\nhost: ${issuer}:443\r\n\r\n`);
    await once(socket, "data");
    const ca = await readFile(net.internet.caFile);
    const secure: TLSSocket = connectSecurely({ socket, servername: issuer, ca });
    await once(secure, "secureConnect");
    const leaf = secure.getPeerX509Certificate();
    assert.ok(leaf?.issuerCertificate);
    secure.destroy();
    return [leaf, leaf.issuerCertificate];
  }

  it("reach a cluster's API server through the proxy, although NO_PROXY has its address", async () => {
    net.internet.apiServers.add(address);
    assert.equal((await plugin()).health, 200);
  });

  it("reach nothing else on this machine, nor an API server that is gone", async () => {
    assert.notEqual((await plugin()).health, 200);
    assert.match(await connected(address), /^HTTP\/1\.1 502 127\.0\.0\.1 is not on the local internet\./);
    net.internet.apiServers.add("127.0.0.1:9");
    assert.match(
      await connected("127.0.0.1:9"),
      /^HTTP\/1\.1 502 127\.0\.0\.1:9 does not answer: .*ECONNREFUSED/,
    );
  });

  it("find no keys at the issuer", async () => {
    const { status, body } = await net.request(`https://${issuer}/id/0123456789ABCDEF0123456789ABCDEF/keys`);
    assert.equal(status, 404);
    assert.match(body.toString(), /pod identity/);
  });
});
