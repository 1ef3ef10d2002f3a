import assert from "node:assert/strict";
import { serveStandIn } from "../../../local/providers/serve.ts";
import type { ProviderImplementation, ResourceHandler } from "../../../src/plugin/implementation.ts";
import { serveProvider, type ServedProvider } from "../../../src/plugin/server.ts";
import { sdlcProvider } from "../../../src/plugin/sdlc-provider.ts";
import { ReconnectingClient } from "../../support/reconnecting-client.ts";

const readiness = {
  type: "sdlc:flux:Readiness",
  inputs: { kubeconfig: "{}", required: [], commits: {}, timeoutMinutes: 1 },
};

const thing = { type: "echo:index:Thing", inputs: { text: "one" } };

describe("a connection that has ended because it was idle", () => {
  const open: { close(): void }[] = [];
  afterEach(() => {
    for (const one of open.splice(0).reverse()) one.close();
  });

  async function client(served: Promise<ServedProvider> | ServedProvider): Promise<ReconnectingClient> {
    const provider = await served;
    const made = await ReconnectingClient.to(provider);
    open.push(provider, made);
    return made;
  }

  /** Deleting takes until it is interrupted; greetings of the configurations with which things were deleted. */
  function echo(): ProviderImplementation<string> & { readonly deleting: Promise<void>; deleted: string[] } {
    const deleted: string[] = [];
    let begins: () => void = () => undefined;
    const deleting = new Promise<void>((resolve) => {
      begins = resolve;
    });
    const handler: ResourceHandler<string> = {
      create: (_context, inputs) => Promise.resolve({ id: "id", outputs: inputs }),
      read: () => Promise.resolve(undefined),
      delete: async ({ configuration, signal }, { inputs }) => {
        deleted.push(configuration);
        if (inputs["text"] !== "slow") return;
        await new Promise((resolve) => {
          signal.addEventListener("abort", resolve);
          begins();
        });
        throw new Error("it was interrupted");
      },
    };
    return {
      package: "echo",
      version: "1.0.0",
      configure: ({ greeting }) => Promise.resolve(String(greeting)),
      resources: () => handler,
      deleting,
      deleted,
    };
  }

  it("leaves the project's own provider configured for the next call, which comes from another port", async () => {
    const engine = await client(serveProvider(sdlcProvider));
    await engine.configure();
    assert.deepEqual(await engine.diff(readiness), []);
    await engine.hangUp();
    const news = { ...readiness.inputs, timeoutMinutes: 2 };
    assert.deepEqual(await engine.diff({ ...readiness, news }), ["timeoutMinutes"]);
    await engine.hangUp();
    await engine.delete(readiness);
    assert.equal(new Set(engine.ports).size, 3, `the ports were ${engine.ports.join(", ")}`);
  });

  it("does not keep an interruption, which comes from another port, from what still runs", async () => {
    const provider = echo();
    const served = await serveProvider(provider);
    const [working, interrupting] = [await client(served), await client(served)];
    await working.configure({ greeting: "hello" });
    const deletion = working.delete({ ...thing, inputs: { text: "slow" } });
    const refused = assert.rejects(deletion, /it was interrupted/);
    await provider.deleting;
    await interrupting.cancel();
    await refused;
    assert.notEqual(working.ports[0], interrupting.ports[0]);
  });

  it("leaves a stand-in configured of which the engine uses one instance", async () => {
    const provider = echo();
    const engine = await client(serveStandIn(provider));
    await engine.configure({ greeting: "hello" });
    await engine.hangUp();
    await engine.delete(thing);
    assert.deepEqual(provider.deleted, ["hello"]);
    assert.equal(new Set(engine.ports).size, 2);
  });

  it("is no reason to take one instance of a stand-in for another", async () => {
    const provider = echo();
    const served = await serveStandIn(provider);
    const [first, second] = [await client(served), await client(served)];
    await first.configure({ greeting: "first" });
    await second.configure({ greeting: "second" });
    await first.delete(thing);
    await second.delete(thing);
    assert.deepEqual(provider.deleted, ["first", "second"]);
    await first.hangUp();
    await assert.rejects(first.delete(thing), /before it was configured/);
    assert.deepEqual(provider.deleted, ["first", "second"]);
  });

  it("serves another run after one that was interrupted", async () => {
    const provider = echo();
    const engine = await client(serveProvider(provider));
    await engine.configure({ greeting: "one" });
    await engine.cancel();
    await engine.configure({ greeting: "two" });
    const deletion = engine.delete({ ...thing, inputs: { text: "slow" } });
    const refused = assert.rejects(deletion, /it was interrupted/);
    await provider.deleting;
    await engine.cancel();
    await refused;
    assert.deepEqual(provider.deleted, ["two"]);
  });
});
