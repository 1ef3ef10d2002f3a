/** Who may speak to the gateway, and how each protocol of AWS words that somebody may not. */
import assert from "node:assert/strict";
import path from "node:path";
import { Sha256 } from "@aws-crypto/sha256-js";
import { CreateVpcCommand, DescribeVpcsCommand } from "@aws-sdk/client-ec2";
import { ListClustersCommand } from "@aws-sdk/client-eks";
import { ListKeysCommand } from "@aws-sdk/client-kms";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { SignatureV4 } from "@smithy/signature-v4";
import { execa } from "execa";
import fc from "fast-check";
import { verifyCallerIdentityUrl } from "../../gateway/caller-identity.ts";
import { SignatureRefusal, verifySignature } from "../../gateway/signature.ts";
import { pythonPrograms } from "../../tools/python.ts";
import { clients, refused, region, session, startPlatform, user, type Platform } from "./platform.ts";

const userArn = "arn:aws:iam::123456789012:user/platform-engineer";

describe("signatures", function () {
  this.timeout(60_000);
  let platform: Platform;
  before(async () => (platform = await startPlatform(0)));
  after(() => platform.stop());

  const askAll = (credentials: typeof user) => {
    const { sts, ec2, kms, eks } = clients(platform, credentials);
    return {
      sts: () => sts.send(new GetCallerIdentityCommand({})),
      ec2: () => ec2.send(new DescribeVpcsCommand({})),
      kms: () => kms.send(new ListKeysCommand({})),
      eks: () => eks.send(new ListClustersCommand({})),
    };
  };

  it("tells callers who they are", async () => {
    const known = await clients(platform).sts.send(new GetCallerIdentityCommand({}));
    assert.equal(known.Arn, userArn);
    const visitor = await clients(platform, session).sts.send(new GetCallerIdentityCommand({}));
    assert.equal(visitor.Arn, "arn:aws:iam::123456789012:user/visitor");
  });

  it("accepts what another implementation of AWS's signature signed", async () => {
    const { stdout } = await aws("sts", "get-caller-identity");
    assert.equal((JSON.parse(stdout) as { Arn: string }).Arn, userArn);
  });

  it("refuses an unknown access key", async () => {
    const asked = askAll({ ...user, accessKeyId: "AKIANOBODY" });
    await refused(asked.sts(), "InvalidClientTokenId", 403);
    await refused(asked.ec2(), "AuthFailure", 401);
    await refused(asked.kms(), "UnrecognizedClientException", 400);
    await refused(asked.eks(), "UnrecognizedClientException", 403);
  });

  it("refuses a wrong secret", async () => {
    const asked = askAll({ ...user, secretAccessKey: "guessed" });
    await refused(asked.sts(), "SignatureDoesNotMatch", 403);
    await refused(asked.ec2(), "AuthFailure", 401);
    await refused(asked.kms(), "InvalidSignatureException", 400);
    await refused(asked.eks(), "InvalidSignatureException", 403);
  });

  it("refuses temporary credentials without their token", async () => {
    const { accessKeyId, secretAccessKey } = session;
    const asked = clients(platform, { accessKeyId, secretAccessKey }).sts.send(
      new GetCallerIdentityCommand({}),
    );
    await refused(asked, "InvalidClientTokenId", 403);
  });

  it("refuses credentials that have expired, until they are restored", async () => {
    await setExpired(true, user.accessKeyId);
    const asked = askAll(user);
    await refused(asked.sts(), "ExpiredToken", 403);
    await refused(asked.ec2(), "RequestExpired", 400);
    await refused(asked.kms(), "ExpiredTokenException", 400);
    await refused(asked.eks(), "ExpiredTokenException", 403);
    await clients(platform, session).sts.send(new GetCallerIdentityCommand({}));
    await setExpired(false);
    await clients(platform).sts.send(new GetCallerIdentityCommand({}));
  });

  it("refuses a request without a signature", async () => {
    const body = new URLSearchParams({ Action: "DescribeVpcs", Version: "2016-11-15" });
    const response = await fetch(platform.gateway.url, { method: "POST", body });
    assert.equal(response.status, 403);
    assert.match(await response.text(), /MissingAuthenticationToken/);
  });

  it("refuses a signature of ten minutes ago", async () => {
    const config = { endpoint: platform.gateway.url, region, credentials: user, maxAttempts: 1 };
    const late = new STSClient({ ...config, systemClockOffset: -10 * 60_000 });
    await refused(late.send(new GetCallerIdentityCommand({})), "SignatureDoesNotMatch", 403);
  });

  it("refuses a body that was changed after it was signed", async () => {
    const { ec2 } = clients(platform);
    ec2.middlewareStack.add(
      (next) => (args) => {
        const request = args.request as { body: string };
        request.body = request.body.replace("10.0.0.0", "10.1.0.0");
        return next(args);
      },
      { step: "finalizeRequest", priority: "low", name: "tamper" },
    );
    await refused(ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" })), "AuthFailure", 401);
  });

  it("verifies any path, query and body as it was signed, and nothing else", async () => {
    const text = fc.string({ unit: "binary", maxLength: 12 });
    const request = fc.record({
      path: fc.array(text, { maxLength: 3 }).map((parts) => `/${parts.map(encodeURIComponent).join("/")}`),
      query: fc.dictionary(text, text, { maxKeys: 3 }),
      body: text,
    });
    await fc.assert(
      fc.asyncProperty(request, async ({ path: requestPath, query, body }) => {
        const signed = await signer("eks").sign({
          method: "POST",
          protocol: "http:",
          hostname: "localhost",
          path: requestPath,
          query,
          headers: { host: "localhost" },
          body,
        });
        const received = {
          method: "POST",
          path: requestPath,
          // As it travels: encoded into a URL and read from it again.
          query: new URLSearchParams(new URLSearchParams(query).toString()),
          headers: signed.headers,
          body: Buffer.from(body),
        };
        assert.equal((await verifySignature(received, platform.credentials)).caller.arn, userArn);
        const changed = { ...received, body: Buffer.from(`${body}.`) };
        await assert.rejects(verifySignature(changed, platform.credentials), SignatureRefusal);
      }),
      { numRuns: 25 },
    );
  });

  describe("in the token of an EKS cluster", () => {
    const verify = (url: string, cluster: string) =>
      verifyCallerIdentityUrl(platform.credentials, url, { "x-k8s-aws-id": cluster });

    it("names the caller of a token that the aws CLI made, for its cluster alone", async () => {
      const { stdout } = await aws("eks", "get-token", "--cluster-name", "sandbox-a");
      const { token } = (JSON.parse(stdout) as { status: { token: string } }).status;
      const url = Buffer.from(token.replace(/^k8s-aws-v1\./, ""), "base64url").toString();
      assert.equal((await verify(url, "sandbox-a"))?.arn, userArn);
      assert.equal(await verify(url, "sandbox-b"), undefined);
      assert.equal(await verify(url.replace("Expires=60", "Expires=600"), "sandbox-a"), undefined);
    });

    it("accepts a token for 15 minutes", async () => {
      assert.equal((await verify(await presigned({ minutesAgo: 14 }), "sandbox-a"))?.arn, userArn);
      assert.equal(await verify(await presigned({ minutesAgo: 16 }), "sandbox-a"), undefined);
    });

    it("refuses a URL that asks for something else, is not for the cluster, or is no URL", async () => {
      assert.equal(await verify(await presigned({ action: "GetSessionToken" }), "sandbox-a"), undefined);
      assert.equal(await verify(await presigned({ headers: {} }), "sandbox-a"), undefined);
      assert.equal(await verify("k8s", "sandbox-a"), undefined);
    });
  });

  const aws = (...args: string[]) =>
    execa(path.join(pythonPrograms, "aws"), args, {
      env: {
        AWS_ENDPOINT_URL: platform.gateway.url,
        AWS_ACCESS_KEY_ID: user.accessKeyId,
        AWS_SECRET_ACCESS_KEY: user.secretAccessKey,
        AWS_DEFAULT_REGION: region,
        AWS_CONFIG_FILE: "/dev/null",
      },
    });

  const signer = (service: string): SignatureV4 =>
    new SignatureV4({ credentials: user, region, service, sha256: Sha256, applyChecksum: false });

  async function presigned({
    minutesAgo = 0,
    action = "GetCallerIdentity",
    headers = { "x-k8s-aws-id": "sandbox-a" },
  }: {
    minutesAgo?: number;
    action?: string;
    headers?: Record<string, string>;
  }): Promise<string> {
    const hostname = `sts.${region}.amazonaws.com`;
    const { query } = await signer("sts").presign(
      {
        method: "GET",
        protocol: "https:",
        hostname,
        path: "/",
        query: { Action: action, Version: "2011-06-15" },
        headers: { host: hostname, ...headers },
      },
      { expiresIn: 60, signingDate: new Date(Date.now() - minutesAgo * 60_000) },
    );
    return `https://${hostname}/?${new URLSearchParams(query as Record<string, string>).toString()}`;
  }

  async function setExpired(expired: boolean, accessKeyId?: string): Promise<void> {
    const response = await fetch(new URL("/_local/credentials", platform.gateway.url), {
      method: "POST",
      body: JSON.stringify({ expired, accessKeyId }),
    });
    assert.equal(response.status, 200);
  }
});
