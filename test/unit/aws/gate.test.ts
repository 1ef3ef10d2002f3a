/** That nothing of a teardown changes anything in AWS but through the gate: tried with every command that its clients have. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import * as logs from "@aws-sdk/client-cloudwatch-logs";
import * as ec2 from "@aws-sdk/client-ec2";
import * as eks from "@aws-sdk/client-eks";
import * as classic from "@aws-sdk/client-elastic-load-balancing";
import * as v2 from "@aws-sdk/client-elastic-load-balancing-v2";
import * as iam from "@aws-sdk/client-iam";
import * as kms from "@aws-sdk/client-kms";
import * as sts from "@aws-sdk/client-sts";
import fc from "fast-check";
import { checkout } from "../../../local/folders.ts";
import { AwsGate, GateRefusal } from "../../../src/aws/gate.ts";
import { withAws, type AwsClients } from "../../../src/aws/clients.ts";
import { sweptKinds } from "../../../src/aws/kinds.ts";
import type { AwsLawScope, ThingInAws } from "../../../src/teardown/laws/aws.ts";

type AnyCommand = new (input: object) => { readonly input: object };
interface AnyClient {
  send(command: { readonly input: object }): Promise<unknown>;
  readonly middlewareStack: {
    add(
      middleware: (next: unknown, context: { readonly commandName: string }) => () => Promise<unknown>,
      options: { readonly step: "initialize"; readonly priority: "low" },
    ): void;
  };
}

const services = {
  ec2,
  loadBalancing: v2,
  classicLoadBalancing: classic,
  logs,
  eks,
  iam,
  kms,
  sts,
} as const;

const commandsOf = (service: keyof typeof services): (readonly [string, AnyCommand])[] =>
  Object.entries(services[service]).flatMap(([name, value]) =>
    name.endsWith("Command") && !name.startsWith("$") && typeof value === "function"
      ? [[name.replace(/Command$/, ""), value as unknown as AnyCommand] as const]
      : [],
  );

/** Clients of a teardown whose calls end before the network; returns what would have been sent. */
async function sent(work: (aws: AwsClients) => Promise<void>): Promise<string[]> {
  const calls: string[] = [];
  await withAws("eu-west-1", new AbortController().signal, async (aws) => {
    for (const service of Object.keys(services) as (keyof typeof services)[]) {
      (aws[service] as unknown as AnyClient).middlewareStack.add(
        (_next, { commandName }) =>
          () => {
            calls.push(commandName.replace(/Command$/, ""));
            return Promise.resolve({ output: {} });
          },
        { step: "initialize", priority: "low" },
      );
    }
    await work(aws);
  });
  return calls;
}

const scope: AwsLawScope = {
  stackTag: { key: "sdlc:stack", value: "kubernetes-sdlc/sandbox-a" },
  clusterName: "sandbox-a",
  region: "eu-west-1",
  vpcIds: ["vpc-1"],
  madeAt: 0,
};
const tags = {
  "sdlc:stack": "kubernetes-sdlc/sandbox-a",
  "sdlc:released": "kubernetes-sdlc/sandbox-a",
  "eks:eks-cluster-name": "sandbox-a",
};
const thingOf = (type: string, id: string): ThingInAws => ({ type, id, tags, vpcId: "vpc-1", madeAt: 1 });

describe("the gate before AWS", function () {
  // EC2 has some 800 commands.
  this.timeout(60_000);

  for (const service of Object.keys(services) as (keyof typeof services)[]) {
    it(`lets nothing of ${service} through that changes something`, async () => {
      const commands = commandsOf(service);
      assert.ok(commands.length > 5, `${commands.length} commands`);
      const calls = await sent(async (aws) => {
        const tries = commands.map(async ([operation, Command]) => {
          const send = (aws[service] as unknown as AnyClient).send(new Command({}));
          if (/^(Describe|List|Get)[A-Z]/.test(operation) || operation === "CreateTags") await send;
          else await assert.rejects(send, new RegExp(`^Error: ${operation} changes something in AWS`));
        });
        await Promise.all(tries);
      });
      assert.deepEqual(
        calls.filter((call) => !/^(Describe|List|Get)/.test(call)),
        service === "ec2" ? ["CreateTags"] : [],
      );
    });
  }

  it("sends every deletion and unprotection of the sweep's kinds, once, for a thing that may go", async () => {
    const calls = await sent(async (aws) => {
      const gate = new AwsGate(aws, scope);
      for (const kind of sweptKinds) {
        const { type } = kind;
        const id = type === "logs:log-group" ? "/aws/eks/sandbox-a/cluster" : "x-1";
        for (const change of [kind.deletion?.(id), kind.unprotection?.(id)]) {
          if (change === undefined) continue;
          await gate.send(thingOf(type, id), change);
          // What has passed once has not passed for good.
          const again = (aws[change.service] as unknown as AnyClient).send(change.command);
          await assert.rejects(again, /has not passed the gate/);
        }
      }
    });
    assert.deepEqual(calls.sort(), [
      "DeleteLaunchTemplate",
      "DeleteLoadBalancer",
      "DeleteLoadBalancer",
      "DeleteLogGroup",
      "DeleteNetworkInterface",
      "DeleteSecurityGroup",
      "DeleteTargetGroup",
      "DeleteVolume",
      "ModifyInstanceAttribute",
      "ModifyLoadBalancerAttributes",
      "TerminateInstances",
    ]);
  });

  it("sends nothing that the law keeps, and says which object, which law and what to do", async () => {
    const command = new ec2.DeleteVolumeCommand({ VolumeId: "vol-1" });
    const kept = { ...thingOf("ec2:volume", "vol-1"), tags: { ...tags, "sdlc:kept": "it is the database" } };
    const calls = await sent(async (aws) => {
      await assert.rejects(new AwsGate(aws, scope).send(kept, { service: "ec2", command }), (error) => {
        assert.ok(error instanceof GateRefusal);
        assert.equal(
          error.message,
          "ec2:volume vol-1 stays (doubt keeps): it is the database. If nobody needs it: aws ec2 delete-volume --region eu-west-1 --volume-id vol-1",
        );
        return true;
      });
    });
    assert.deepEqual(calls, []);
  });

  it("sends no other command than that of the thing, whatever it is given", async () => {
    const every = (Object.keys(services) as (keyof typeof services)[]).flatMap((service) =>
      commandsOf(service).map(([operation, Command]) => ({ service, operation, Command })),
    );
    const id = fc.constantFrom("vol-1", "vol-2");
    const calls = await sent(async (aws) => {
      const gate = new AwsGate(aws, scope);
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...every), id, async ({ service, operation, Command }, VolumeId) => {
          const change = { service, command: new Command({ VolumeId }) };
          const right = operation === "DeleteVolume" && VolumeId === "vol-1";
          if (right) await gate.send(thingOf("ec2:volume", "vol-1"), change);
          else
            await assert.rejects(
              gate.send(thingOf("ec2:volume", "vol-1"), change),
              /no call that a teardown/,
            );
        }),
        { numRuns: 300 },
      );
    });
    assert.ok(calls.every((call) => call === "DeleteVolume"));
  });

  it("is the only way: nothing else in the program makes a client of its own", () => {
    const all = ["src", "provider", "components", "stacks", "commands"].flatMap(sources);
    assert.ok(all.length > 200, `${all.length} files`);
    const ofAws = all.filter(([, text]) => text.includes("@aws-sdk/client-"));
    const makers = ofAws.filter(([, text]) => /new (\w+\.)?\w+Client\(/.test(text)).map(([file]) => file);
    assert.deepEqual(makers, ["src/aws/clients.ts"]);
    // The one call that the gate lets pass of itself.
    const marking = ofAws.filter(([, text]) => text.includes("new CreateTagsCommand(")).map(([file]) => file);
    assert.deepEqual(marking, ["src/teardown/drain/held-in-aws.ts"]);
  });
});

function sources(folder: string): (readonly [string, string])[] {
  return readdirSync(path.join(checkout, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => [`${folder}/${name}`, readFileSync(path.join(checkout, folder, name), "utf8")] as const);
}
