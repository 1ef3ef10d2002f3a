import assert from "node:assert/strict";
import { ComponentResource, CustomResource, type CustomResourceOptions, type Output } from "@pulumi/pulumi";
import type { ServedProvider } from "../../../product.ts";
import {
  InitializationFailed,
  type StandIn,
  type StandInHandler,
} from "../../../providers/plumbing/stand-in.ts";
import { serveStandIn } from "../../../providers/serve.ts";
import { EngineProject, type EngineRun } from "../engine-project.ts";

interface EchoConfiguration {
  readonly greeting: string;
}

/** What exists in the world of the echo provider, by id. */
const world = new Map<string, Record<string, unknown>>();

const thing: StandInHandler<EchoConfiguration> = {
  inputs: ["text", "kind", "thingName", "list", "fail"],
  required: ["text"],
  outputs: ["greeting"],
  replaceOn: ["kind"],
  sets: ["list"],
  autoName: { property: "thingName", maxLength: 20 },
  create: (context, inputs) => {
    const id = String(inputs["thingName"]);
    const outputs = { ...inputs, greeting: context.configuration.greeting };
    context.status("echoing");
    if (inputs["fail"] === "refused") return Promise.reject(new Error("the echo was refused"));
    world.set(id, outputs);
    if (inputs["fail"] === "unready") {
      return Promise.reject(new InitializationFailed("the echo never came back", id, outputs));
    }
    return Promise.resolve({ id, outputs });
  },
  read: (_context, { id }) => {
    const outputs = world.get(id);
    return Promise.resolve(outputs && { outputs });
  },
  update: (context, { id }, news) => {
    const outputs = { ...news, greeting: context.configuration.greeting };
    world.set(id, outputs);
    return Promise.resolve(outputs);
  },
  delete: (_context, { id }) => {
    world.delete(id);
    return Promise.resolve();
  },
};

class Thing extends CustomResource {
  declare readonly greeting: Output<string>;

  constructor(name: string, text: Output<string>, options: CustomResourceOptions) {
    super("echo:index:Thing", name, { text, greeting: undefined }, options);
  }
}

const echo: StandIn<EchoConfiguration> = {
  package: "echo",
  version: "1.2.3",
  configure: (inputs) => {
    if (typeof inputs["greeting"] !== "string") {
      return Promise.reject(new Error("echo has no greeting; set echo:greeting"));
    }
    return Promise.resolve({ greeting: inputs["greeting"] });
  },
  resources: (type) => (type === "echo:index:Thing" ? thing : undefined),
  functions: (token) =>
    token === "echo:index:shout"
      ? (_context, { text }) => Promise.resolve({ text: String(text).toUpperCase() })
      : undefined,
  construct: ({ type, name, inputs, options }) => {
    const component = new ComponentResource(type, name, {}, options);
    const text = inputs["text"] as Output<string>;
    const child = new Thing(`${name}-child`, text, { parent: component });
    return Promise.resolve({ urn: component.urn, state: { greeting: child.greeting, text } });
  },
};

const prelude = `
import * as pulumi from "@pulumi/pulumi";
class Provider extends pulumi.ProviderResource { constructor(name, args) { super("echo", name, args); } }
class Thing extends pulumi.CustomResource {
  constructor(name, args, options) { super("echo:index:Thing", name, { greeting: undefined, thingName: undefined, ...args }, options); }
}
class Pair extends pulumi.ComponentResource {
  constructor(name, args, options) { super("echo:index:Pair", name, { greeting: undefined, ...args }, options, true); }
}
const hello = new Provider("hello", { greeting: "hello" });
const bye = new Provider("bye", { greeting: "bye" });
`;

describe("provider stand-ins on the real engine", function () {
  this.timeout(60_000);
  let project: EngineProject;
  const served: ServedProvider[] = [];

  before(async () => {
    project = await EngineProject.create();
  });
  after(async () => {
    await project.remove();
  });
  afterEach(() => {
    for (const provider of served.splice(0)) provider.close();
  });

  async function run(
    command: "preview" | "up" | "refresh" | "destroy",
    program?: string,
  ): Promise<EngineRun> {
    if (program !== undefined) await project.program(prelude + program);
    const provider = await serveStandIn(echo);
    served.push(provider);
    return project.run(command, [provider]);
  }

  const program = (text: string, kind = "small"): string => `
    const first = new Thing("first", { text: pulumi.secret(${JSON.stringify(text)}), kind: "${kind}", list: ["a", "b"] }, { provider: hello });
    const second = new Thing("second", { text: first.greeting, list: ["b", "a"] }, { provider: bye });
    const pair = new Pair("pair", { text: first.text }, { provider: bye });
    const shouted = pulumi.runtime.invokeOutput("echo:index:shout", { text: "psst" }, { provider: hello });
    export const greetings = [first.greeting, second.greeting, pair.greeting];
    export const name = first.thingName;
    export const loud = shouted.apply((answer) => answer.text);
    export const text = first.text;`;

  it("previews, with what is not known yet as unknown", async () => {
    const { changes, diagnostics } = await run("preview", program("one"));
    assert.deepEqual(diagnostics, []);
    // Two providers, two things, the component with its child, the stack.
    assert.deepEqual(changes, { create: 7 });
    assert.equal(world.size, 0);
  });

  it("creates, with the configuration of each provider instance", async () => {
    const { changes, diagnostics, statusLines } = await run("up");
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(changes, { create: 7 });
    assert.ok(statusLines.includes("first: echoing"), statusLines.join("\n"));
    const outputs = await project.outputs();
    assert.deepEqual(outputs["greetings"], ["hello", "bye", "bye"]);
    assert.equal(outputs["loud"], "PSST");
    assert.match(String(outputs["name"]), /^first-[0-9a-f]{7}$/);
  });

  it("keeps a secret input secret in the outputs, through the component, too", async () => {
    assert.equal((await project.outputs())["text"], "[secret]");
    const state = await project.state();
    assert.doesNotMatch(state, /"one"/);
  });

  it("finds nothing to change the second time, and after the order of a set changed", async () => {
    assert.deepEqual((await run("up")).changes, { same: 7 });
    const reordered = program("one").replace('["a", "b"]', '["b", "a"]');
    assert.deepEqual((await run("preview", reordered)).changes, { same: 7 });
  });

  it("updates in place, and replaces where the property demands it", async () => {
    assert.deepEqual((await run("up", program("two"))).changes, { same: 5, update: 2 });
    const replaced = await run("up", program("two", "large"));
    assert.deepEqual(replaced.changes, { same: 6, replace: 1 });
    assert.deepEqual(replaced.steps.slice(-1), ["delete-replaced first"]);
    assert.equal(world.size, 3);
  });

  it("takes over on refresh what changed outside, and drops what is gone", async () => {
    const [first] = [...world.keys()].filter((id) => id.startsWith("first"));
    const [second] = [...world.keys()].filter((id) => id.startsWith("second"));
    assert.ok(first && second);
    world.set(first, { ...world.get(first), kind: "huge" });
    world.delete(second);
    const { changes, diagnostics } = await run("refresh");
    assert.deepEqual(diagnostics, []);
    assert.equal(changes["update"], 1);
    assert.equal(changes["delete"], 1);
    const repaired = await run("up");
    assert.equal(repaired.changes["replace"], 1);
    assert.equal(repaired.changes["create"], 1);
  });

  it("keeps in the state what exists but did not become ready, and nothing that was refused", async () => {
    const failing = (fail: string): string =>
      `${program("two", "large")}\nnew Thing("third", { text: "x", fail: ${fail} }, { provider: hello });`;
    const refused = await run("up", failing('"refused"'));
    assert.ok(refused.failed);
    assert.match(refused.diagnostics.join("\n"), /the echo was refused/);
    const unready = await run("up", failing('"unready"'));
    assert.ok(unready.failed);
    assert.match(unready.diagnostics.join("\n"), /the echo never came back/);
    const repaired = await run("up", failing("undefined"));
    assert.equal(repaired.failed, false);
    assert.equal(repaired.changes["update"], 1);
  });

  it("refuses unknown and missing inputs by name", async () => {
    const { failed, diagnostics } = await run(
      "preview",
      'new Thing("third", { colour: "red", text: "x" }, { provider: hello });',
    );
    assert.ok(failed);
    assert.match(diagnostics.join("\n"), /has no input 'colour'.*It knows: text, kind/);
    const missing = await run("preview", 'new Thing("third", {}, { provider: hello });');
    assert.match(missing.diagnostics.join("\n"), /Missing required property 'text'/);
  });

  it("reports a configuration that was refused", async () => {
    const { failed, diagnostics } = await run(
      "preview",
      'new Thing("third", { text: "x" }, { provider: new Provider("mute", {}) });',
    );
    assert.ok(failed);
    assert.match(diagnostics.join("\n"), /echo has no greeting; set echo:greeting/);
  });

  it("destroys everything", async () => {
    const { failed, changes } = await run("destroy");
    assert.equal(failed, false);
    assert.equal(Object.keys(changes).join(), "delete");
    assert.equal(world.size, 0);
  });
});
