import assert from "node:assert/strict";
import { addonTable } from "../../components/addon-table.ts";
import { longestGroupName, namesOf } from "../../src/names.ts";

/** What Pulumi's AWS provider appends to a logical name to make a physical one. */
const uniqueEnding = "-1234567";

const longestStack = "sandbox-".padEnd(34, "x");

describe("names", () => {
  it("calls the cluster as the stack is called", () => {
    assert.equal(namesOf("sandbox-a").cluster, "sandbox-a");
  });

  it("gives no two components of a kind the same name", () => {
    const names = namesOf("sandbox-a");
    assert.notEqual(names.addonsBeforeNodes, names.addonsAfterNodes);
    assert.notEqual(names.nodeGroup("general"), names.nodeGroup("spot"));
  });

  it("fits the role of every add-on into 64 characters, for the longest stack name", () => {
    const names = namesOf(longestStack);
    for (const { identity, needsNodes } of addonTable) {
      const component = needsNodes ? names.addonsAfterNodes : names.addonsBeforeNodes;
      const role = `${component}-${identity?.id ?? ""}-role${uniqueEnding}`;
      assert.ok(role.length <= 64, `${role} has ${role.length} characters`);
    }
  });

  it("fits the longest node group into 63 characters, for the longest stack name", () => {
    const group = namesOf(longestStack).nodeGroup("x".repeat(longestGroupName));
    assert.ok(`${group}${uniqueEnding}`.length <= 63);
  });

  it("refuses a longer stack name, and says how long it may be", () => {
    assert.throws(() => namesOf(`${longestStack}xx`), {
      message:
        `Stack ${longestStack}xx: its name has 36 characters, 2 more than fit into the 63 of a node group's name.\n` +
        "  Choose a name of at most 34 characters: pulumi stack init sandbox-a",
    });
  });
});
