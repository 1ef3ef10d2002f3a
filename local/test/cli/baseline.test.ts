import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  accountObjects,
  forgetBaseline,
  newObjects,
  recordBaseline,
  sinceBaseline,
} from "../../cli/baseline.ts";
import type { CensusEntry } from "../../gateway/types.ts";
import type { PlatformInfo } from "../../platform/info.ts";
import { load } from "../../product.ts";

const { stackTag, tagKeys } = await load.tags();

const own = stackTag("kubernetes-sdlc", "sandbox-a");

const object = (type: string, id: string, more: Partial<CensusEntry> = {}): CensusEntry => ({
  type,
  id,
  region: "eu-west-1",
  status: "live",
  tags: {},
  ...more,
});
const of = (stack: string): Pick<CensusEntry, "tags"> => ({
  tags: { [tagKeys.stack]: stackTag("kubernetes-sdlc", stack) },
});
const cluster = (name: string): CensusEntry =>
  object("eks-cluster", `arn:aws:eks:eu-west-1:123456789012:cluster/${name}`, of(name));

describe("what was not in the account before a stack's up", () => {
  // Another stack, whose name begins as this one's does, with a VPC and a cluster of its own.
  const other = [
    object("vpc", "vpc-other", { ...of("sandbox-a-b"), vpcId: "vpc-other" }),
    cluster("sandbox-a-b"),
  ];

  const counted: readonly (readonly [string, CensusEntry])[] = [
    ["an object of the stack", object("vpc", "vpc-own", of("sandbox-a"))],
    ["an object without tags", object("security-group", "sg-1")],
    ["an object without an owner, in a VPC of nobody's", object("volume", "vol-1", { vpcId: "vpc-else" })],
    ["what is kept on purpose", object("kms-key", "key-1", { ...of("sandbox-a"), status: "kept" })],
    [
      "an object made for the stack's own cluster",
      object("volume", "vol-2", { tags: { "kubernetes.io/cluster/sandbox-a": "owned" } }),
    ],
    [
      "an object that carries the other cluster's name in a tag that owns nothing",
      object("volume", "vol-3", { tags: { Name: "sandbox-a-b" } }),
    ],
    [
      "an object of the stack in another stack's VPC",
      object("network-interface", "eni-1", { ...of("sandbox-a"), vpcId: "vpc-other" }),
    ],
    ["the log group of the stack's own cluster", object("log-group", "/aws/eks/sandbox-a/cluster")],
  ];
  for (const [name, entry] of counted) {
    it(`is ${name}`, () => {
      assert.deepEqual(newObjects([...other, entry], new Set(), own), [entry]);
    });
  }

  const left: readonly (readonly [string, CensusEntry])[] = [
    ["an object of another stack", object("subnet", "subnet-1", of("development"))],
    ["an object of a stack whose name begins the same", object("subnet", "subnet-2", of("sandbox-a-b"))],
    ["an object without tags in the other's VPC", object("security-group", "sg-2", { vpcId: "vpc-other" })],
    ["what is gone and still listed", object("instance", "i-1", { ...of("sandbox-a"), status: "gone" })],
    [
      "the log group that EKS made again for another cluster",
      object("log-group", "/aws/eks/sandbox-a-b/cluster"),
    ],
    ...[
      { "kubernetes.io/cluster/sandbox-a-b": "owned" },
      { "aws:eks:cluster-name": "sandbox-a-b" },
      { "eks:cluster-name": "sandbox-a-b" },
      { "elbv2.k8s.aws/cluster": "sandbox-a-b" },
      { "ebs.csi.aws.com/cluster-name": "sandbox-a-b" },
      { "cluster.k8s.amazonaws.com/name": "sandbox-a-b" },
    ].map(
      (tags) =>
        [
          `an object of the other cluster, by ${Object.keys(tags).join()}`,
          object("volume", "vol-4", { tags }),
        ] as const,
    ),
  ];
  for (const [name, entry] of left) {
    it(`is not ${name}`, () => {
      assert.deepEqual(newObjects([...other, entry], new Set(), own), []);
    });
  }

  it("is judged by type and id together", () => {
    const entry = object("kms-alias", "same");
    assert.deepEqual(newObjects([entry], new Set(["kms-key same"]), own), [entry]);
    assert.deepEqual(newObjects([entry], new Set(["kms-alias same"]), own), []);
  });
});

describe("the baseline of a stack", () => {
  let stateFolder: string;
  let gateway: Server;
  let info: PlatformInfo;
  let status: number;
  let held: CensusEntry[];

  before(async () => {
    gateway = createServer((_request, response) => {
      response.writeHead(status).end(JSON.stringify(held));
    }).listen(0, "127.0.0.1");
    await once(gateway, "listening");
    const { port } = gateway.address() as AddressInfo;
    info = { gatewayUrl: `http://127.0.0.1:${port}` } as PlatformInfo;
  });

  after(() => gateway.close());

  beforeEach(async () => {
    stateFolder = await mkdtemp(path.join(tmpdir(), "baseline test-"));
    status = 200;
    held = [object("vpc", "vpc-before")];
  });

  afterEach(() => rm(stateFolder, { recursive: true }));

  const since = (stack: string): Promise<string[] | undefined> =>
    sinceBaseline(info, stateFolder, stack, own).then((found) => found?.map(({ id }) => id));

  it("is unknown before it is recorded and after it is forgotten", async () => {
    assert.equal(await since("sandbox-a"), undefined);
    await recordBaseline(info, stateFolder, "sandbox-a");
    assert.deepEqual(await since("sandbox-a"), []);
    await forgetBaseline(stateFolder, "sandbox-a");
    assert.equal(await since("sandbox-a"), undefined);
  });

  it("is the first up's, whatever a second one finds", async () => {
    await recordBaseline(info, stateFolder, "sandbox-a");
    held = [...held, object("vpc", "vpc-after")];
    await recordBaseline(info, stateFolder, "sandbox-a");
    assert.deepEqual(await since("sandbox-a"), ["vpc-after"]);
  });

  it("is each stack's own", async () => {
    await recordBaseline(info, stateFolder, "sandbox-a");
    assert.equal(await since("sandbox-a-b"), undefined);
  });

  it("is not taken as empty when the gateway refuses to count", async () => {
    status = 500;
    await assert.rejects(accountObjects(info), /census failed: 500/);
    await assert.rejects(recordBaseline(info, stateFolder, "sandbox-a"), /census failed: 500/);
    status = 200;
    assert.equal(await since("sandbox-a"), undefined);
  });
});
