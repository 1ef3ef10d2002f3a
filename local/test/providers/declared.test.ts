import assert from "node:assert/strict";
import { difference, type OperationContext, type Properties } from "../../product.ts";
import { declared, given } from "../../providers/plumbing/declared.ts";
import type { StandInHandler } from "../../providers/plumbing/stand-in.ts";

const context: OperationContext<undefined> = {
  configuration: undefined,
  urn: "urn",
  name: "a-long-logical-name",
  type: "any",
  signal: new AbortController().signal,
  timeoutSeconds: (fallback) => fallback,
  status: () => undefined,
  log: () => undefined,
};

const handler: StandInHandler<undefined> = {
  replaceOn: ["name"],
  sets: ["subnets"],
  documents: ["policy"],
  keptWhenAbsent: ["etag"],
  autoName: { property: "name", prefix: "x/", maxLength: 20 },
  create: (_context, inputs) => Promise.resolve({ id: "id", outputs: inputs }),
  read: () => Promise.resolve(undefined),
  delete: () => Promise.resolve(),
};

describe("what a stand-in declares of a resource", () => {
  const resource = declared(handler);
  const seed = new Uint8Array([1, 2, 3, 4]);

  const checked = async (inputs: Properties, before: Properties = {}): Promise<Properties> =>
    (await resource.check?.(context, inputs, { inputs: before, seed }))?.inputs ?? {};
  const changes = (olds: Properties, news: Properties): string[] =>
    difference(resource, olds, news).changes.map(({ path, kind }) => `${kind} ${path}`);

  it("gives a name of its own where the program gives none, and the same the next time", async () => {
    const first = await checked({ size: 1 });
    assert.equal(first["name"], "x/a-long-log-0102030");
    assert.deepEqual(given(first), { size: 1, name: first["name"] });
    assert.deepEqual(await checked({ size: 1 }, { ...first, name: "x/earlier" }), {
      ...first,
      name: "x/earlier",
    });
    assert.deepEqual(await checked({ name: "mine" }, first), { name: "mine" });
    assert.deepEqual(changes(first, given(first)), []);
  });

  it("has what bears a chosen name deleted before its replacement, and nothing else", async () => {
    const isFirst = (olds: Properties, news: Properties): boolean | undefined =>
      difference(resource, olds, news).deleteBeforeReplace;
    assert.equal(isFirst({ name: "mine", size: 1 }, { name: "mine", size: 2 }), true);
    assert.equal(isFirst({ name: "mine" }, { name: "other" }), false);
    const generated = await checked({});
    assert.equal(isFirst(generated, { ...generated, size: 2 }), false);
    assert.equal(isFirst({ name: "mine" }, { ...generated, name: "mine" }), false);
  });

  it("compares sets without order and as a whole, documents by meaning, and misses nothing that is kept", () => {
    assert.deepEqual(changes({ subnets: ["a", "b"] }, { subnets: ["b", "a"] }), []);
    assert.deepEqual(changes({ subnets: ["a", "b"] }, { subnets: ["a", "c"] }), ["update subnets"]);
    assert.deepEqual(changes({ zones: ["a", "b"] }, { zones: ["b", "b"] }), ["update zones[0]"]);
    assert.deepEqual(changes({ policy: '{"a":1,"b":2}' }, { policy: '{ "b": 2, "a": 1 }' }), []);
    assert.deepEqual(changes({ policy: '{"a":1}' }, { policy: '{"a":2}' }), ["update policy"]);
    assert.deepEqual(changes({ etag: "1", size: 1 }, {}), ["delete size"]);
    assert.deepEqual(changes({ etag: "1" }, { etag: "2" }), ["update etag"]);
  });
});
