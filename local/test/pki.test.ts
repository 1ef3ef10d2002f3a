import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { createServer, request } from "node:https";
import type { AddressInfo } from "node:net";
import { TLSSocket } from "node:tls";
import { createAuthority, issueCertificate } from "../pki.ts";

describe("certificates of the local platform", () => {
  it("let a server and a client of one authority trust each other", async () => {
    const authority = await createAuthority("test authority");
    const server = await issueCertificate(authority, {
      commonName: "server",
      hosts: ["127.0.0.1", "kubernetes.default.svc"],
      usage: "server",
    });
    const client = await issueCertificate(authority, {
      commonName: "someone",
      organizations: ["system:masters", "readers"],
      usage: "client",
    });
    const listening = createServer(
      {
        cert: server.certificate,
        key: server.privateKey,
        ca: authority.certificate,
        requestCert: true,
        rejectUnauthorized: true,
      },
      (message, answer) => {
        assert.ok(message.socket instanceof TLSSocket);
        const { subject } = message.socket.getPeerCertificate();
        answer.end(JSON.stringify(subject));
      },
    ).listen(0, "127.0.0.1");
    try {
      await once(listening, "listening");
      const { port } = listening.address() as AddressInfo;
      const subject = await new Promise<string>((resolve, reject) => {
        request(
          {
            host: "127.0.0.1",
            port,
            ca: authority.certificate,
            cert: client.certificate,
            key: client.privateKey,
          },
          (answer) => {
            answer.setEncoding("utf8").on("data", resolve);
          },
        )
          .on("error", reject)
          .end();
      });
      assert.deepEqual(JSON.parse(subject), { CN: "someone", O: ["system:masters", "readers"] });
    } finally {
      listening.close();
    }
  });

  it("are refused by another authority, and carry the names they were asked for", async () => {
    const [authority, other] = await Promise.all([createAuthority("one"), createAuthority("other")]);
    const issued = await issueCertificate(authority, {
      commonName: "github.com",
      hosts: ["github.com", "*.github.com"],
      usage: "server",
    });
    const certificate = new X509Certificate(issued.certificate);
    assert.equal(certificate.verify(new X509Certificate(authority.certificate).publicKey), true);
    assert.equal(certificate.verify(new X509Certificate(other.certificate).publicKey), false);
    assert.equal(certificate.checkHost("api.github.com"), "*.github.com");
    assert.equal(certificate.checkHost("example.com"), undefined);
    assert.equal(certificate.ca, false);
  });
});
