import assert from "node:assert/strict";
import type { ResourceTransformArgs } from "@pulumi/pulumi";
import { awsMocks } from "../support/aws-mocks.ts";
import { record, type Recording, type Registration } from "../support/registrations.ts";
import { completeSettings, stackConfig } from "../support/stack-config.ts";
import { stackProgram } from "../support/stack-program.ts";

const shipped = "arn:aws:iam::123456789012:policy/kubernetes-sdlc-boundary";
const roleType = "aws:iam/role:Role";

type Answer = (inputs: Readonly<Record<string, unknown>>) => Record<string, unknown>;

function stack(
  name: string,
  permissionsBoundary?: string,
  getPolicy: Answer = ({ arn }) => ({ arn }),
): Promise<Recording<Record<string, unknown>>> {
  const config = stackConfig({ ...completeSettings, permissionsBoundary }, { stack: name });
  const functions = {
    ...awsMocks.functions,
    "aws:index/getAvailabilityZones:getAvailabilityZones": () => ({
      names: ["eu-west-1a", "eu-west-1b", "eu-west-1c"],
    }),
    "aws:iam/getPolicy:getPolicy": getPolicy,
  };
  return record({ ...awsMocks, functions }, stackProgram(config));
}

const roles = ({ registrations }: Recording<unknown>): readonly Registration[] =>
  registrations.all.filter(({ type }) => type === roleType);

/** What the engine makes of a role of the plugin of `@pulumi/eks`, as a child of its cluster. */
async function transformed(
  { registrations, transforms }: Recording<unknown>,
  type: string,
): Promise<Record<string, unknown>> {
  const cluster = registrations.all.find((registration) => registration.type === "eks:index:Cluster");
  let props: Record<string, unknown> = { assumeRolePolicy: "{}" };
  for (const token of cluster?.transforms ?? []) {
    const args: ResourceTransformArgs = { custom: true, type, name: "role", props, opts: {} };
    props = (await transforms.get(token)?.(args))?.props ?? props;
  }
  return props;
}

describe("the permissions boundary", () => {
  for (const name of ["sandbox-a", "canary", "development", "staging", "production"]) {
    it(`is on every role of ${name}, also on the one that @pulumi/eks makes`, async () => {
      const recording = await stack(name);
      assert.deepEqual(
        roles(recording).map(({ label, inputs }) => [label, inputs["permissionsBoundary"]]),
        roles(recording).map(({ label }) => [label, shipped]),
      );
      assert.equal(roles(recording).length, name === "staging" || name === "production" ? 4 : 3);
      assert.deepEqual(await transformed(recording, roleType), {
        assumeRolePolicy: "{}",
        permissionsBoundary: shipped,
      });
      assert.deepEqual(await transformed(recording, "aws:eks/cluster:Cluster"), { assumeRolePolicy: "{}" });
    });
  }

  it("is the only thing that a stack of the release without it sees change", async () => {
    const before = await stack("production", "none");
    const after = await stack("production");
    assert.deepEqual(
      roles(before).map(({ inputs }) => inputs["permissionsBoundary"]),
      roles(before).map(() => undefined),
    );
    assert.deepEqual(await transformed(before, roleType), { assumeRolePolicy: "{}" });

    const withoutIt = ({ registrations }: Recording<unknown>): object[] =>
      registrations.all
        .map((registration) => ({
          ...registration,
          transforms: undefined,
          inputs: { ...registration.inputs, permissionsBoundary: undefined },
        }))
        .sort((left, right) => left.label.localeCompare(right.label));
    assert.deepEqual(withoutIt(after), withoutIt(before));
  });

  it("is another policy of the account, by name or by ARN", async () => {
    for (const [setting, arn] of [
      ["platform/team-boundary", "arn:aws:iam::123456789012:policy/platform/team-boundary"],
      ["arn:aws:iam::210987654321:policy/other", "arn:aws:iam::210987654321:policy/other"],
    ]) {
      const recording = await stack("sandbox-a", setting);
      assert.equal(roles(recording)[0]?.inputs["permissionsBoundary"], arn);
      const [call] = recording.calls.filter(({ token }) => token.endsWith(":getPolicy"));
      assert.deepEqual([call?.inputs["arn"], call?.provider], [arn, "pulumi:providers:aws sandbox-a-aws"]);
    }
  });

  const failing =
    (details: string): Answer =>
    () => {
      throw Object.assign(new Error(), { details });
    };

  it("is asked for before anything is made", async () => {
    const missing = failing(
      `invocation of aws:iam/getPolicy:getPolicy returned an error: reading IAM Policy (${shipped}): couldn't find resource`,
    );
    await assert.rejects(stack("sandbox-a", undefined, missing), {
      name: "UserError",
      message:
        `permissionsBoundary: the policy ${shipped} does not exist, and AWS makes no role with a boundary that is not there.\n` +
        "  aws iam create-policy --policy-name kubernetes-sdlc-boundary --policy-document file://docs/aws-boundary.json" +
        " (or, for roles without a boundary: pulumi config set permissionsBoundary none)",
    });
  });

  it("says so where the policy cannot be looked up", async () => {
    const denied = failing("invocation of aws:x returned an error: AccessDenied: iam:GetPolicy");
    await assert.rejects(stack("sandbox-a", undefined, denied), {
      name: "UserError",
      message: /cannot be looked up in AWS, because AccessDenied: iam:GetPolicy\n {2}Check the credentials/,
    });
  });
});
