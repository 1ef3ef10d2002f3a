/** What the law of AWS lets go and what it keeps: case by case, and for any thing, any tags and any two stacks. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { isAllowedCall } from "../../../../src/teardown/laws/aws-types.ts";
import { judge, keptByLaw, type AwsLawScope, type ThingInAws } from "../../../../src/teardown/laws/aws.ts";

const made = Date.parse("2026-11-01T12:00:00.500Z");
const scope: AwsLawScope = {
  stackTag: { key: "sdlc:stack", value: "kubernetes-sdlc/sandbox-a" },
  clusterName: "sandbox-a",
  region: "eu-west-1",
  vpcIds: ["vpc-1"],
  account: "123456789012",
  madeAt: made,
};
const own = { "sdlc:stack": "kubernetes-sdlc/sandbox-a" };
const owned = { "kubernetes.io/cluster/sandbox-a": "owned" };
const released = { "sdlc:released": "kubernetes-sdlc/sandbox-a" };
const volume = (tags: Readonly<Record<string, string>>, more: Partial<ThingInAws> = {}): ThingInAws => ({
  type: "ec2:volume",
  id: "vol-1",
  tags,
  madeAt: made + 1,
  ...more,
});
const group = (tags: Readonly<Record<string, string>>, more: Partial<ThingInAws> = {}): ThingInAws => ({
  type: "ec2:security-group",
  id: "sg-1",
  tags,
  vpcId: "vpc-1",
  ...more,
});
const why = (thing: ThingInAws, of: AwsLawScope = scope): string => {
  const verdict = judge(thing, of);
  return verdict.may ? "may go" : verdict.why;
};

describe("the law of AWS", () => {
  it("lets go what the cluster's controllers made in the stack's VPC", () => {
    assert.equal(why(group(owned)), "may go");
    assert.equal(why(group({ "elbv2.k8s.aws/cluster": "sandbox-a" })), "may go");
    assert.equal(why(group(own)), "may go");
  });

  it("keeps what lies in another VPC, or in one that AWS does not show", () => {
    assert.match(why(group(owned, { vpcId: "vpc-2" })), /lies in vpc-2, which is not this stack's/);
    assert.match(why(group(owned, { vpcId: undefined })), /unknown VPC/);
  });

  it("keeps a volume that no drain has released, and says how it is deleted", () => {
    const verdict = judge(volume({ ...own, ...owned }), scope);
    assert.ok(!verdict.may);
    assert.equal(verdict.law, "doubt keeps");
    assert.match(verdict.why, /nobody could be asked whether it is to be retained/);
    assert.equal(
      verdict.remedy,
      "If nobody needs it: aws ec2 delete-volume --region eu-west-1 --volume-id vol-1",
    );
    assert.equal(why(volume({ ...own, ...owned, ...released })), "may go");
    const others = { "sdlc:released": "kubernetes-sdlc/sandbox-a-b" };
    assert.match(why(volume({ ...own, ...owned, ...others })), /nobody could be asked/);
  });

  it("keeps what is to be kept, although a drain released it", () => {
    const kept = { "sdlc:kept": "the reclaim policy is Retain" };
    assert.equal(why(volume({ ...own, ...released, ...kept })), "the reclaim policy is Retain");
    assert.match(why(volume({ ...own, ...released, "sdlc:kept": "" })), /bears the tag sdlc:kept/);
  });

  it("keeps what an earlier cluster of the name could have made", () => {
    const earlier = { madeAt: made - 1_000 };
    const template = {
      type: "ec2:launch-template",
      id: "lt-1",
      tags: { "karpenter.k8s.aws/cluster": "sandbox-a" },
    };
    const logs = { type: "logs:log-group", id: "/aws/containerinsights/sandbox-a/application", tags: {} };
    for (const thing of [volume({ ...owned, ...released }), template, logs]) {
      assert.equal(why({ ...thing, madeAt: made }), "may go");
      assert.match(why({ ...thing, ...earlier }), /made before this stack \(2026-11-01T11:59:59\.500Z\)/);
      assert.match(why({ ...thing, madeAt: undefined }), /does not say when it was made/);
      assert.equal(why({ ...thing, ...earlier, tags: { ...thing.tags, ...own } }), "may go");
    }
  });

  it("takes times of AWS without milliseconds", () => {
    assert.equal(
      why(volume({ ...owned, ...released }, { madeAt: Math.floor(made / 1000) * 1000 })),
      "may go",
    );
  });

  it("keeps all that is not proved of a stack that was made before the time was recorded", () => {
    const living = { ...scope, madeAt: undefined };
    assert.match(why(volume(owned), living), /an earlier cluster sandbox-a could have made it/);
    assert.equal(why(volume({ ...owned, ...released }), living), "may go");
    assert.equal(why(volume({ ...own, ...released }), living), "may go");
  });

  it("knows of such a stack what was made since its destroy began", () => {
    const living = { ...scope, madeAt: undefined, destroyBegan: made };
    const group = { type: "logs:log-group", id: "/aws/eks/sandbox-a/cluster", tags: {} };
    assert.equal(why({ ...group, madeAt: made + 1_000 }, living), "may go");
    assert.match(why({ ...group, madeAt: made - 1_000 }, living), /made before/);
    assert.equal(why(volume({ ...owned, ...released }, { madeAt: made - 1_000 }), living), "may go");
  });

  it("keeps an instance with nothing but tags that anybody sets", () => {
    const instance = { type: "ec2:instance", id: "i-1", vpcId: "vpc-1" };
    assert.match(why({ ...instance, tags: owned }), /nothing proves/);
    assert.equal(why({ ...instance, tags: { ...owned, "karpenter.sh/nodepool": "default" } }), "may go");
  });

  it("keeps what is of a type, an account or an owner that it does not know", () => {
    assert.match(why({ type: "rds:db", id: "db", tags: own }), /deletes nothing of the type rds:db/);
    assert.match(why({ type: "toString", id: "x", tags: own }), /deletes nothing of the type/);
    assert.match(why(group(own, { account: "999999999999" })), /AWS account 999999999999/);
    assert.match(why(group({ ...own, "aws:cloudformation:stack-name": "x" })), /CloudFormation stack x/);
    assert.match(why(group({ ...owned, "kubernetes.io/cluster/b": "shared" })), /names another cluster/);
    assert.match(why(group({ ...owned, KubernetesCluster: "sandbox" })), /names another cluster/);
  });

  describe("counts as kept", () => {
    const kept = (thing: ThingInAws): string => keptByLaw(thing, scope) ?? "left over";

    it("data that nobody has released, and what could be another cluster's", () => {
      assert.match(kept(volume({ ...own, CSIVolumeName: "pvc-1" })), /nobody could be asked.* delete-volume/);
      assert.match(kept(volume(owned, { madeAt: 0 })), /made before this stack/);
      assert.match(kept(group(owned, { vpcId: "vpc-2" })), /not this stack's/);
    });

    it("and no more than that: the rest is left over", () => {
      assert.equal(kept(volume({ ...own, CSIVolumeName: "pvc-1", ...released })), "left over");
      assert.equal(kept(volume(own)), "left over", "made by the program, or by its nodes");
      assert.equal(kept(group(own, { vpcId: "vpc-2" })), "left over", "it bears the stack's tag");
      assert.equal(kept(group({})), "left over", "it holds the VPC");
      assert.equal(kept(group(owned, { vpcId: undefined })), "left over");
      assert.equal(kept({ type: "ec2:nat-gateway", id: "nat-1", tags: own }), "left over");
    });
  });
});

describe("an allowed call", () => {
  const disk = { type: "ec2:volume", id: "vol-1" };

  it("names the thing and no other, and asks for nothing else", () => {
    assert.equal(isAllowedCall(disk, "DeleteVolume", { VolumeId: "vol-1" }), true);
    assert.equal(isAllowedCall(disk, "DeleteVolume", { VolumeId: "vol-2" }), false);
    assert.equal(isAllowedCall(disk, "DeleteSnapshot", { VolumeId: "vol-1" }), false);
    assert.equal(isAllowedCall(disk, "constructor", { VolumeId: "vol-1" }), false);
    const node = { type: "ec2:instance", id: "i-1" };
    assert.equal(isAllowedCall(node, "TerminateInstances", { InstanceIds: ["i-1"] }), true);
    assert.equal(isAllowedCall(node, "TerminateInstances", { InstanceIds: ["i-1", "i-2"] }), false);
    assert.equal(isAllowedCall(node, "TerminateInstances", { InstanceIds: [] }), false);
    assert.equal(isAllowedCall(node, "ModifyInstanceAttribute", { InstanceId: "i-1", UserData: "x" }), false);
  });
});

describe("the law of AWS, for any thing", function () {
  this.timeout(60_000);

  /** Each the beginning of another, or nearly the same. */
  const names = ["sandbox", "sandbox-a", "sandbox-a-b", "sandbox-ab", "Sandbox-a", ""] as const;
  const name = fc.constantFrom(...names);
  const stackOf = (cluster: string): string => `kubernetes-sdlc/${cluster}`;
  const makers = [
    "aws:eks:cluster-name",
    "eks:cluster-name",
    "elbv2.k8s.aws/cluster",
    "cluster.k8s.amazonaws.com/name",
    "ebs.csi.aws.com/cluster-name",
    "eks:eks-cluster-name",
    "karpenter.k8s.aws/cluster",
  ];
  const tag = fc.oneof(
    fc.tuple(fc.constantFrom(...makers, "KubernetesCluster"), name),
    fc.tuple(
      name.map((cluster) => `kubernetes.io/cluster/${cluster}`),
      fc.constantFrom("owned", "shared", ""),
    ),
    fc.tuple(fc.constantFrom("sdlc:stack", "sdlc:released"), name.map(stackOf)),
    fc.tuple(fc.constantFrom("sdlc:kept", "Name", "karpenter.sh/nodepool", "CSIVolumeName"), fc.string()),
  );
  const inVpc = [
    "elasticloadbalancing:loadbalancer",
    "elasticloadbalancing:classic",
    "elasticloadbalancing:targetgroup",
    "ec2:instance",
    "ec2:network-interface",
    "ec2:security-group",
  ];
  const outside = ["ec2:volume", "ec2:launch-template", "logs:log-group"];
  const id = fc.oneof(
    fc.constant("vol-1"),
    name.map((cluster) => `/aws/eks/${cluster}/cluster`),
    name.map((cluster) => `/aws/containerinsights/${cluster}/x`),
  );
  const now = 1_000_000;
  const thing: fc.Arbitrary<ThingInAws> = fc.record(
    {
      type: fc.constantFrom(...inVpc, ...outside, "ec2:vpc", "ec2:snapshot", "iam:role", "constructor"),
      id,
      // Of one cluster mostly, or nothing would ever be allowed.
      tags: fc
        .tuple(fc.array(tag, { maxLength: 3 }), name, fc.subarray(["stack", "owned", "maker", "released"]))
        .map(([some, cluster, marks]) => ({
          ...Object.fromEntries(some),
          ...(marks.includes("stack") && { "sdlc:stack": stackOf(cluster) }),
          ...(marks.includes("owned") && { [`kubernetes.io/cluster/${cluster}`]: "owned" }),
          ...(marks.includes("maker") && { "eks:eks-cluster-name": cluster }),
          ...(marks.includes("released") && { "sdlc:released": stackOf(cluster) }),
        })),
      vpcId: fc.constantFrom("vpc-1", "vpc-11"),
      madeAt: fc.constantFrom(now - 5_000, now, now + 5_000),
      account: fc.constantFrom("1", "2"),
    },
    { requiredKeys: ["type", "id", "tags"] },
  );
  const scopeOf = (cluster: string): fc.Arbitrary<AwsLawScope> =>
    fc.record(
      {
        stackTag: fc.constant({ key: "sdlc:stack", value: stackOf(cluster) }),
        clusterName: fc.constant(cluster),
        region: fc.constant("eu-west-1"),
        vpcIds: fc.subarray(["vpc-1", "vpc-11"]),
        account: fc.constantFrom("1", "2"),
        madeAt: fc.constant(now),
      },
      { requiredKeys: ["stackTag", "clusterName", "region", "vpcIds"] },
    );
  const anyScope = name.chain(scopeOf);
  const many = { numRuns: 5_000 };

  /** The law in its own words, and none of the program's. */
  function wrongToDelete(one: ThingInAws, of: AwsLawScope): string | undefined {
    const tags = new Map(Object.entries(one.tags));
    const mine = tags.get("sdlc:stack") === of.stackTag.value;
    if (![...inVpc, ...outside].includes(one.type)) return "a type that is not listed";
    if (tags.has("sdlc:kept")) return "it is to be kept";
    if (tags.has("sdlc:stack") && !mine) return "another stack's";
    if (one.account !== undefined && of.account !== undefined && one.account !== of.account) return "account";
    const named = [...tags].flatMap(([key, value]) => {
      if (makers.includes(key) || key === "KubernetesCluster") return [value];
      const [, cluster] = /^kubernetes\.io\/cluster\/(.*)$/.exec(key) ?? [];
      return cluster === undefined || value === ""
        ? []
        : value === "shared" && cluster === of.clusterName
          ? []
          : [cluster];
    });
    if (named.some((cluster) => cluster !== of.clusterName)) return "names another cluster";
    const marked =
      one.type === "logs:log-group"
        ? ["eks", "containerinsights"].includes(one.id.split("/")[2] ?? "") &&
          one.id.split("/")[3] === of.clusterName
        : [...tags].some(
            ([key, value]) =>
              (makers.includes(key) && value === of.clusterName) ||
              (key === `kubernetes.io/cluster/${of.clusterName}` && value === "owned"),
          );
    if (!mine && !marked) return "nothing shows whose it is";
    if (inVpc.includes(one.type)) {
      return of.vpcIds.some((vpc) => vpc === one.vpcId) ? undefined : "not in the stack's VPC";
    }
    const isReleased = tags.get("sdlc:released") === of.stackTag.value;
    if (one.type === "ec2:volume" && !isReleased) return "a volume that no drain has released";
    if (mine) return undefined;
    if (of.madeAt === undefined) {
      return one.type === "ec2:volume" ? undefined : "nobody knows when the stack was made";
    }
    return one.madeAt === undefined || one.madeAt < of.madeAt ? "made before the stack" : undefined;
  }

  it("never lets go what the words of the law keep", () => {
    let allowed = 0;
    fc.assert(
      fc.property(thing, anyScope, (one, of) => {
        if (!judge(one, of).may) return;
        allowed += 1;
        assert.equal(wrongToDelete(one, of), undefined);
      }),
      many,
    );
    assert.ok(allowed > many.numRuns / 100, `only ${allowed} were allowed: that proves little`);
  });

  it("lets go what the words of the law let go, but for what people start by hand", () => {
    fc.assert(
      fc.property(thing, anyScope, (one, of) => {
        if (one.type === "ec2:instance" || wrongToDelete(one, of) !== undefined) return;
        assert.deepEqual(judge(one, of), { may: true });
      }),
      many,
    );
  });

  it("never lets one thing go for two stacks", () => {
    const two = fc
      .tuple(name, name)
      .filter(([first, second]) => first !== second)
      .chain(([first, second]) => fc.tuple(scopeOf(first), scopeOf(second)));
    fc.assert(
      fc.property(thing, two, (one, [first, second]) => {
        assert.ok(!(judge(one, first).may && judge(one, second).may));
      }),
      many,
    );
  });

  it("never calls left over by mistake what may not go, and never kept what may", () => {
    fc.assert(
      fc.property(thing, anyScope, (one, of) => {
        if (judge(one, of).may) assert.equal(keptByLaw(one, of), undefined);
      }),
      many,
    );
  });
});
