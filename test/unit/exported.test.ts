import assert from "node:assert/strict";
import fc from "fast-check";
import { exportedAddons, exportedNames, parseExported } from "../../src/exported.ts";

describe("outputs of a stack that ran before", () => {
  it("are read by name, and the rest is left", () => {
    const outputs = { kubernetesVersion: "1.34", addonVersions: { coredns: "v1" }, kubeconfig: "secret" };
    assert.deepEqual(parseExported(outputs), { kubernetesVersion: "1.34", addonVersions: { coredns: "v1" } });
  });

  it("of another shape count as absent, one by one", () => {
    const outputs = { kubernetesVersion: 1.34, availabilityZones: "eu-west-1a", region: "eu-west-1" };
    assert.equal(parseExported(outputs).kubernetesVersion, undefined);
    assert.equal(parseExported(outputs).availabilityZones, undefined);
    assert.equal(parseExported(outputs).region, "eu-west-1");
  });

  it("never end the program, whatever they are", () => {
    const name = fc.oneof(fc.string(), fc.constantFrom(...exportedNames));
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.dictionary(name, fc.anything())), (outputs) => {
        assert.equal(typeof parseExported(outputs), "object");
      }),
    );
  });

  it("give add-on versions together with the minor they belong to, or none", () => {
    assert.equal(exportedAddons({ addonVersions: { coredns: "v1" } }), undefined);
    assert.deepEqual(exportedAddons({ kubernetesVersion: "1.34", addonVersions: { coredns: "v1" } }), {
      kubernetesVersion: "1.34",
      addonVersions: { coredns: "v1" },
    });
  });
});
