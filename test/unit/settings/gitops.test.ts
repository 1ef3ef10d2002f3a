import assert from "node:assert/strict";
import { parseSettings, type Settings } from "../../../src/settings.ts";
import { environmentClasses } from "../../../stacks/classes.ts";
import { completeSettings, stackConfig } from "../../support/stack-config.ts";

const url = "https://github.com/acme/platform.git";

function settings(
  change: Readonly<Record<string, unknown>> = {},
  secretKeys: readonly string[] = [],
  environment: "sandbox" | "staging" = "sandbox",
): Settings {
  const given = {
    ...completeSettings,
    flux: { enabled: true },
    gitops: { url },
    sandbox: { branch: "TICKET-1-add-keda" },
    ...change,
  };
  const stack = environment === "sandbox" ? "sandbox-a" : environment;
  return parseSettings(
    stackConfig(given, { stack, secretKeys }),
    environment,
    environmentClasses[environment].defaults,
  );
}

const refusal = (...args: Parameters<typeof settings>): string => {
  try {
    settings(...args);
  } catch (error) {
    return error instanceof Error ? error.message : "";
  }
  return "";
};

describe("settings of what runs in the cluster", () => {
  it("are complete with the repository and the ticket branch", () => {
    const { flux, gitops, sandbox } = settings();
    assert.deepEqual(gitops, { url, branch: "main", interval: "1m" });
    assert.equal(flux.version, "v2.9.1");
    assert.equal(sandbox.kind, "platform");
  });

  it("complete a service that says only where it goes", () => {
    const { services } = settings({ services: { keda: { delivery: "git" } } });
    assert.deepEqual(services.keda, {
      delivery: "git",
      version: "2.21.0",
      interval: "1h",
      retries: 3,
      values: {},
    });
  });

  it("take the token for GitHub from where Pulumi's users keep it", () => {
    assert.equal(settings({ "github:token": "t" }).credentials.github, "t");
    const own = { github: { awsSecret: "github" } };
    assert.deepEqual(settings({ "github:token": "t", credentials: own }).credentials.github, own.github);
  });

  it("are not asked for where Flux is off", () => {
    assert.equal(refusal({ flux: { enabled: false }, gitops: {}, sandbox: {} }), "");
  });

  for (const [what, change, message] of [
    ["no repository", { gitops: {} }, /gitops\.url: is missing/],
    [
      "an address that Flux does not take",
      { gitops: { url: "git@github.com:acme/platform.git" } },
      /gitops\.url: .*short form/,
    ],
    ["a range of releases", { flux: { enabled: true, version: "v2.x" } }, /flux\.version: given "v2\.x"/],
    ["no ticket branch", { sandbox: {} }, /sandbox\.branch: is missing/],
    [
      "a branch of another ticket",
      { sandbox: { branch: "TICKET-2-x" } },
      /does not begin with the ticket of this stack, TICKET-1/,
    ],
    [
      "a pattern that is none",
      { sandbox: { branch: "TICKET-1-x", branchPattern: "(" } },
      /sandbox\.branchPattern: .*no regular expression/,
    ],
    [
      "an application sandbox without its repository",
      { sandbox: { kind: "application" } },
      /sandbox\.apps: is missing/,
    ],
    [
      "a path that leaves the repository",
      { sandbox: { kind: "application", apps: { url, path: "a/../b" } } },
      /sandbox\.apps\.path/,
    ],
    [
      "a chart by range",
      { services: { keda: { delivery: "git", version: "2.x" } } },
      /services\.keda\.version: .*no exact version/,
    ],
    ["a service that nobody knows", { services: { istio: {} } }, /services\.istio: no such setting/],
    [
      "an SSH key for an HTTPS address",
      { credentials: { root: { type: "ssh", privateKey: { awsSecret: "x" }, knownHosts: "h" } } },
      /credentials\.root: given type ssh, which does not open https:/,
    ],
    [
      "a deploy key for a second place",
      {
        credentials: {
          platform: { type: "ssh", privateKey: { awsSecret: "x" }, knownHosts: "h", deployKey: true },
        },
      },
      /credentials\.platform\.deployKey: given true/,
    ],
  ] as const) {
    it(`are refused with ${what}`, () => {
      assert.match(refusal(change), message);
    });
  }

  it("take a secret only encrypted or from AWS, and never show it", () => {
    const credentials = { root: { type: "token", token: "ghp_hunter2" } };
    const message = refusal({ credentials });
    assert.match(message, /credentials\.root\.token: is in clear/);
    assert.match(message, /pulumi config set --secret --path 'credentials\.root\.token'/);
    assert.doesNotMatch(message, /hunter2/);
    const encrypted = settings({ credentials }, ["kubernetes-sdlc:credentials"]);
    assert.deepEqual(encrypted.credentials.root, { type: "token", token: "ghp_hunter2" });
    const broken = { root: { type: "tokens", token: "ghp_hunter2" } };
    assert.doesNotMatch(refusal({ credentials: broken }, ["kubernetes-sdlc:credentials"]), /hunter2/);
  });

  it("leave the sandbox's branch to sandboxes", () => {
    assert.equal(refusal({ sandbox: {} }, [], "staging"), "");
  });
});
