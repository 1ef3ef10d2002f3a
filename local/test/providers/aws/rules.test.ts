import assert from "node:assert/strict";
import { Interrupted, waitFor } from "../../../product.ts";
import { configureAws } from "../../../providers/aws/configuration.ts";

describe("the AWS provider stand-in's configuration", () => {
  const saved = { ...process.env };
  beforeEach(() => {
    for (const name of Object.keys(process.env).filter((key) => key.startsWith("AWS_"))) {
      Reflect.deleteProperty(process.env, name);
    }
    process.env["AWS_EC2_METADATA_DISABLED"] = "true";
    process.env["AWS_CONFIG_FILE"] = "/dev/null";
    process.env["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null";
  });
  after(() => {
    process.env = saved;
  });

  it("asks for a region", async () => {
    await assert.rejects(configureAws({}), /has no region\. Set one with `pulumi config set aws:region/);
  });

  it("asks for credentials", async () => {
    await assert.rejects(
      configureAws({ region: "eu-west-1" }),
      /no AWS credentials were found\. Set AWS_ACCESS/,
    );
  });

  it("says that the endpoint is not there", async () => {
    process.env["AWS_ENDPOINT_URL"] = "http://127.0.0.1:9";
    process.env["AWS_ACCESS_KEY_ID"] = process.env["AWS_SECRET_ACCESS_KEY"] = "x";
    await assert.rejects(configureAws({ region: "eu-west-1" }), /at http:\/\/127\.0\.0\.1:9 failed/);
  });

  it("refuses settings that it would have to ignore", async () => {
    await assert.rejects(configureAws({ region: "eu-west-1", profile: "me" }), /no setting profile/);
  });
});

describe("waiting", () => {
  const options = (timeoutSeconds: number, signal = new AbortController().signal) => {
    const lines: string[] = [];
    return {
      what: "the thing",
      timeoutSeconds,
      signal,
      lines,
      status: (line: string) => void lines.push(line),
    };
  };

  it("ends with the probe's value, and says each state once", async () => {
    const states = ["a", "a", "b"];
    const waiting = options(60);
    const value = await waitFor(waiting, () => {
      const state = states.shift();
      return Promise.resolve(state === undefined ? { done: { value: 7 } } : { state });
    });
    assert.equal(value, 7);
    assert.deepEqual(waiting.lines, ["waiting for the thing (a)", "waiting for the thing (b)"]);
  });

  it("gives up in time, with the last state", async () => {
    const stuck = () => Promise.resolve({ state: "stuck" });
    await assert.rejects(waitFor(options(0), stuck), /timed out after 0 s waiting for the thing \(stuck\)/);
  });

  it("stops at once when it is interrupted", async () => {
    const interruption = new AbortController();
    const waiting = waitFor(options(60, interruption.signal), () => {
      interruption.abort();
      return Promise.resolve({});
    });
    await assert.rejects(waiting, Interrupted);
  });
});
