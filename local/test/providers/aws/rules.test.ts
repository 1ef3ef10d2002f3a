import assert from "node:assert/strict";
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
