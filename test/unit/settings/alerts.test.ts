import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { parseSettings, type Settings } from "../../../src/settings.ts";
import { environmentOf } from "../../../src/stack-name.ts";
import { environmentClasses } from "../../../stacks/classes.ts";
import { completeSettings, stackConfig } from "../../support/stack-config.ts";

function settings(
  change: Readonly<Record<string, unknown>>,
  stack = "staging",
  secretKeys: readonly string[] = ["kubernetes-sdlc:alerts"],
): Settings {
  const environment = environmentOf(stack);
  const config = stackConfig({ ...completeSettings, ...change }, { stack, secretKeys });
  return parseSettings(config, environment, environmentClasses[environment].defaults);
}

const slack = { kind: "slack", address: "https://hooks.slack.com/1" };

describe("settings of what Flux tells people", () => {
  it("name places of four kinds, each with a severity", () => {
    const repository = "https://github.com/acme/platform.git";
    const alerts = [
      slack,
      { kind: "msteams", address: { awsSecret: "teams" } },
      { kind: "webhook", address: "https://example.com", severity: "info" },
      { kind: "github", repository, token: "t" },
    ];
    assert.deepEqual(
      settings({ alerts }).alerts.map(({ kind, severity }) => [kind, severity]),
      [
        ["slack", "error"],
        ["msteams", "error"],
        ["webhook", "info"],
        ["github", "info"],
      ],
    );
    assert.deepEqual(settings({}).alerts, []);
  });

  it("refuse a place of a sandbox", () => {
    assert.throws(
      () => settings({ alerts: [slack] }, "sandbox-a"),
      /alerts: has 1 of them; allowed is none in a sandbox/,
    );
  });

  it("refuse an address in clear, and one of no known kind", () => {
    assert.throws(
      () => settings({ alerts: [slack] }, "staging", []),
      /alerts\[0\]\.address: is in clear.*\n.*pulumi config set --secret --path 'alerts\[0\]\.address'/,
    );
    assert.throws(() => settings({ alerts: [{ kind: "pager", address: "x" }] }), /alerts\[0\]/);
  });
});

describe("the key of releases in the settings", () => {
  const pem = (namedCurve: string): { publicKey: string; privateKey: string } => {
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve });
    return {
      publicKey: publicKey.export({ type: "spki", format: "pem" }).toString(),
      privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    };
  };

  it("is a public one on P-256", () => {
    const { publicKey } = pem("P-256");
    assert.equal(settings({ gitops: { signingKey: publicKey } }).gitops.signingKey, publicKey);
  });

  for (const [what, key] of [
    ["a private key", pem("P-256").privateKey],
    ["another curve", pem("P-384").publicKey],
    ["no key", "signing.pub"],
  ] as const) {
    it(`is not ${what}`, () => {
      assert.throws(
        () => settings({ gitops: { signingKey: key } }),
        /gitops\.signingKey: .*is no public ECDSA key/,
      );
    });
  }
});
