import assert from "node:assert/strict";
import { withoutDebugMessages } from "../../engine/event-log.ts";

describe("the engine's event log", () => {
  const line = (event: object): string => `${JSON.stringify(event)}\n`;
  const step = line({ resourcePreEvent: { metadata: { op: "create", urn: "urn:a" } } });
  const warning = line({ diagnosticEvent: { severity: "warning", message: "mind this" } });

  it("keeps steps and messages for people, and drops the SDK's debug messages with their secrets", () => {
    const debug = line({ diagnosticEvent: { severity: "debug", message: "resp: password ghp_secret" } });
    assert.equal(withoutDebugMessages(step + debug + warning), step + warning);
  });

  it("drops the half line of an engine that was killed", () => {
    assert.equal(withoutDebugMessages(`${step}{"diagnosticEvent":{"mess`), step);
  });

  it("stays empty where nothing was logged", () => {
    assert.equal(withoutDebugMessages(""), "");
  });
});
