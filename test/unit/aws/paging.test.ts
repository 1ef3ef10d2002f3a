/** Things that vanish between two questions, in an account where others work. */
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  DescribeTagsCommand,
  ElasticLoadBalancingV2Client,
  type LoadBalancer,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { allTagged } from "../../../src/aws/balancer-kind.ts";
import type { AwsClients } from "../../../src/aws/clients.ts";
import { loadBalancerKind } from "../../../src/aws/kinds/load-balancers.ts";
import { askInBatches } from "../../../src/aws/paging.ts";
import { isGone, whileThere } from "../../../src/aws/refusals.ts";
import { AccountView } from "../../../src/aws/view.ts";

const named = (name: string, Code?: string): Error =>
  Object.assign(new Error(name), { name, ...(Code && { Code }) });

describe("a question about many things", () => {
  it("is answered for all that are there, whichever of them are gone, and in few calls", async () => {
    const all = fc
      .uniqueArray(fc.nat(500), { maxLength: 60 })
      .map((numbers) => numbers.map((one) => `arn-${one}`));
    await fc.assert(
      fc.asyncProperty(
        all,
        fc.func(fc.boolean()),
        fc.integer({ min: 1, max: 20 }),
        async (ids, isThere, most) => {
          let calls = 0;
          const gone = ids.filter((id) => !isThere(id));
          const answers = await askInBatches(ids, most, (some) => {
            calls += 1;
            assert.ok(some.length > 0 && some.length <= most);
            if (some.some((id) => gone.includes(id))) return Promise.reject(named("LoadBalancerNotFound"));
            return Promise.resolve(some.map((id) => `tags of ${id}`));
          });
          assert.deepEqual(
            answers,
            ids.filter((id) => !gone.includes(id)).map((id) => `tags of ${id}`),
          );
          const batches = Math.ceil(ids.length / most);
          assert.ok(calls <= batches + gone.length * 2 * Math.ceil(Math.log2(most) + 1), `${calls} calls`);
        },
      ),
    );
  });

  it("fails where AWS refuses it for another reason", async () => {
    const ask = (): Promise<string[]> => Promise.reject(named("AccessDenied"));
    await assert.rejects(askInBatches(["a", "b"], 20, ask), /AccessDenied/);
  });

  it("about tags tells no tags from gone", async () => {
    const client = new ElasticLoadBalancingV2Client({ region: "eu-west-1" });
    const tagsOf = new Map([
      ["mine", [{ Key: "elbv2.k8s.aws/cluster", Value: "sandbox-a" }]],
      ["bare", []],
    ]);
    const send = ({ input: { ResourceArns = [] } }: DescribeTagsCommand): Promise<object> => {
      const found = ResourceArns.map((arn) => tagsOf.get(arn));
      if (found.includes(undefined))
        return Promise.reject(named("LoadBalancerNotFoundException", "LoadBalancerNotFound"));
      // Of what has no tags AWS may say nothing at all.
      return Promise.resolve({
        TagDescriptions: ResourceArns.filter((arn) => arn !== "bare").map((ResourceArn) => ({
          ResourceArn,
          Tags: tagsOf.get(ResourceArn),
        })),
      });
    };
    Object.assign(client, { send });
    const aws = { loadBalancing: client } as unknown as AwsClients;
    const stackTag = { key: "sdlc:stack", value: "kubernetes-sdlc/sandbox-a" };
    const view = new AccountView(aws, { clusterName: "sandbox-a", stackTag, vpcIds: [] });
    const list = (): Promise<LoadBalancer[]> =>
      Promise.resolve(
        ["theirs-1", "mine", "theirs-2", "bare"].map((LoadBalancerArn) => ({ LoadBalancerArn })),
      );
    const there = await allTagged({ ...loadBalancerKind, list }, view);
    assert.deepEqual(
      there.map(({ thing: { id, tags } }) => [id, tags]),
      [
        ["mine", { "elbv2.k8s.aws/cluster": "sandbox-a" }],
        ["bare", {}],
      ],
    );
  });
});

describe("what AWS calls gone", () => {
  it("is every service's own word for it", async () => {
    // Of EC2, load balancing of both generations, CloudWatch and EKS, KMS, IAM.
    const words = [
      "InvalidVolume.NotFound",
      "InvalidInstanceID.NotFound",
      "InvalidGroup.NotFound",
      "InvalidPermission.NotFound",
      "InvalidLaunchTemplateId.NotFound",
      "InvalidNetworkInterfaceID.NotFound",
      "LoadBalancerNotFound",
      "AccessPointNotFoundException",
      "TargetGroupNotFound",
      "ResourceNotFoundException",
      "NotFoundException",
      "NoSuchEntity",
      "NoSuchEntityException",
    ];
    for (const word of words) {
      assert.equal(isGone(named(word)), true, word);
      assert.equal(isGone(named("SomeException", word)), true, word);
      const answer: string | undefined = await whileThere(Promise.reject<string>(named(word)));
      assert.equal(answer, undefined);
    }
  });

  it("is no refusal, no throttling and no fault of the caller", async () => {
    for (const word of ["AccessDenied", "Throttling", "InvalidParameterValue", "NotFoundInCache", "Error"]) {
      assert.equal(isGone(named(word)), false, word);
      await assert.rejects(whileThere(Promise.reject(named(word))));
    }
    assert.equal(isGone("NoSuchEntity"), false);
  });
});
