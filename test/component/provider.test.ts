import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import { awsMocks } from "../support/aws-mocks.ts";
import { wholeCluster } from "../support/environment.ts";
import { record } from "../support/registrations.ts";

const given = "pulumi:providers:aws eu";

describe("an explicit AWS provider", () => {
  it("makes every AWS resource and answers every function, also where the EKS plugin does so", async () => {
    const { registrations, calls } = await record(awsMocks, () => {
      wholeCluster({}, { provider: new aws.Provider("eu", { region: "eu-west-1" }) });
    });

    const elsewhere = registrations.all.filter(
      ({ type, provider }) =>
        type.startsWith("aws:") && type !== "aws:eks/cluster:Cluster" && provider !== given,
    );
    assert.deepEqual(elsewhere, []);
    // The request of a remote component names no providers: the engine hands on those of its parent, also to
    // the cluster inside.
    const eksCluster = registrations.get("eks:index:Cluster kube");
    assert.deepEqual(registrations.get(eksCluster.parent ?? "").providers, { aws: given });
    assert.notEqual(calls.length, 0);
    assert.deepEqual(
      calls.filter(({ provider }) => provider !== given),
      [],
    );
  });
});
