import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import { record, type ProviderMocks } from "../support/registrations.ts";

const mocks: ProviderMocks = {
  resources: { "aws:ec2/vpc:Vpc": () => ({ arn: "arn:vpc" }), "aws:ec2/eip:Eip": () => ({}) },
  functions: {},
};

describe("the recorder of registrations", () => {
  it("tells dependencies by input from those by dependsOn", async () => {
    const { registrations, outputs } = await record(mocks, () => {
      const first = new aws.ec2.Vpc("first", {});
      const second = new aws.ec2.Vpc("second", {});
      new aws.ec2.Eip("address", { tags: { of: first.arn } }, { dependsOn: [second], protect: true });
      return { arn: first.arn };
    });

    const address = registrations.get("aws:ec2/eip:Eip address");
    assert.deepEqual(address.inputs, { tags: { of: "arn:vpc" } });
    assert.deepEqual(address.dependencies, ["aws:ec2/vpc:Vpc first", "aws:ec2/vpc:Vpc second"]);
    assert.deepEqual(address.dependsOn, ["aws:ec2/vpc:Vpc second"]);
    assert.equal(address.protect, true);
    assert.deepEqual(outputs, { arn: "arn:vpc" });
  });

  it("fails on a resource and on a function that nobody mocked", async () => {
    const recording = record(mocks, () => {
      new aws.ec2.Subnet("subnet", { vpcId: "vpc-1" });
      return aws.getPartitionOutput({}).partition;
    });
    await assert.rejects(recording, (error: AggregateError) => {
      assert.match(error.message, /aws:ec2\/subnet:Subnet subnet: registered, but the mocks/);
      assert.match(error.message, /aws:index\/getPartition:getPartition: called, but the mocks/);
      return true;
    });
  });

  it("shows what a first preview cannot know", async () => {
    const { registrations } = await record(
      mocks,
      () => {
        const vpc = new aws.ec2.Vpc("first", {});
        new aws.ec2.Eip("address", { tags: { of: vpc.arn } });
      },
      { preview: true },
    );
    assert.deepEqual(registrations.get("aws:ec2/eip:Eip address").inputs, { tags: { of: "unknown" } });
  });
});
