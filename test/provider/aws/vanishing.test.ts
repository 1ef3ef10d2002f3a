/** What others delete between the listing and the next question about it, in an account where many work. */
import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { heldBalancers } from "../../../src/teardown/drain/held-balancers.ts";
import { withAws, type AwsClients } from "../../../src/aws/clients.ts";
import { kmsKeys } from "../../../src/aws/kinds/kms-keys.ts";
import { loadBalancers } from "../../../src/aws/kinds/load-balancers.ts";
import { AccountView } from "../../../src/aws/view.ts";
import { objectId } from "../../../src/teardown/inventory/object-id.ts";
import type { Held } from "../../../src/teardown/drain/held-in-aws.ts";
import { leadTo } from "./account.ts";

const stackTag = { key: "sdlc:stack", value: "kubernetes-sdlc/sandbox-a" };
const clusterName = "sandbox-a";
const arnOf = (name: string): string =>
  `arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/net/${name}/1`;
const mine = arnOf("mine");
/** Of other teams; those with an odd number are deleted as soon as they were listed. */
const theirs = Array.from({ length: 30 }, (_, index) => arnOf(`theirs-${index}`));
const listed = [...theirs.slice(0, 15), mine, ...theirs.slice(15)];
const isGone = (arn: string): boolean => /theirs-\d*[13579]\//.test(arn);

/** The little of AWS that these questions need: Load Balancing speaks the query protocol, KMS speaks JSON. */
function answer(target: string | undefined, body: string): readonly [status: number, text: string] {
  if (target !== undefined) return answerOfKms(target, body);
  const query = new URLSearchParams(body);
  const action = query.get("Action") ?? "";
  const result = (inner: string): readonly [number, string] => [
    200,
    `<${action}Response xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"><${action}Result>${inner}</${action}Result></${action}Response>`,
  ];
  if (query.get("Version") === "2012-06-01") return result("<LoadBalancerDescriptions/><TagDescriptions/>");
  if (action === "DescribeTargetGroups") return result("<TargetGroups/>");
  if (action === "DescribeLoadBalancers") {
    const member = (arn: string): string =>
      `<member><LoadBalancerArn>${arn}</LoadBalancerArn><VpcId>vpc-1</VpcId><DNSName>${arn.split("/")[2] ?? ""}.elb</DNSName></member>`;
    return result(`<LoadBalancers>${listed.map(member).join("")}</LoadBalancers>`);
  }
  const asked = [...query].flatMap(([key, value]) => (key.startsWith("ResourceArns.member.") ? [value] : []));
  if (asked.some(isGone)) {
    const error = `<Error><Type>Sender</Type><Code>LoadBalancerNotFound</Code><Message>One or more load balancers not found</Message></Error>`;
    return [400, `<ErrorResponse>${error}</ErrorResponse>`];
  }
  const tag = `<member><Key>elbv2.k8s.aws/cluster</Key><Value>${clusterName}</Value></member>`;
  const described = asked.map(
    (arn) => `<member><ResourceArn>${arn}</ResourceArn><Tags>${arn === mine ? tag : ""}</Tags></member>`,
  );
  return result(`<TagDescriptions>${described.join("")}</TagDescriptions>`);
}

/** Each key vanishes before another question about it. */
function answerOfKms(target: string, body: string): readonly [status: number, text: string] {
  const operation = target.split(".")[1] ?? "";
  const { KeyId = "" } = JSON.parse(body) as { KeyId?: string };
  const gone = [
    400,
    JSON.stringify({ __type: "NotFoundException", message: `Key ${KeyId} does not exist` }),
  ] as const;
  if (operation === "ListKeys") {
    const Keys = ["ListResourceTags", "DescribeKey", "ListAliases", "there"].map((id) => ({ KeyId: id }));
    return [200, JSON.stringify({ Keys, Truncated: false })];
  }
  if (operation === KeyId) return gone;
  if (operation === "ListResourceTags") {
    return [200, JSON.stringify({ Tags: [{ TagKey: stackTag.key, TagValue: stackTag.value }] })];
  }
  if (operation === "DescribeKey")
    return [200, JSON.stringify({ KeyMetadata: { KeyId, KeyState: "Enabled" } })];
  return [200, JSON.stringify({ Aliases: [] })];
}

describe("what vanishes between two questions", function () {
  this.timeout(60_000);
  let server: Server;
  let leadBack: () => void;

  before(async () => {
    server = createServer((request, response) => {
      let body = "";
      request.on("data", (data: Buffer) => (body += data.toString()));
      request.on("end", () => {
        const target = request.headers["x-amz-target"];
        const [status, text] = answer(typeof target === "string" ? target : undefined, body);
        response.writeHead(status, {
          "content-type": target === undefined ? "text/xml" : "application/x-amz-json-1.1",
        });
        response.end(text);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    leadBack = leadTo(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });

  after(() => {
    leadBack();
    server.close();
  });

  const asking = <T>(ask: (aws: AwsClients) => Promise<T>): Promise<T> =>
    withAws("eu-west-1", new AbortController().signal, ask);
  const viewOf = (aws: AwsClients, ...vpcIds: string[]): AccountView =>
    new AccountView(aws, { clusterName, stackTag, vpcIds });

  it("costs the count nothing: neither an error nor what is there", async () => {
    const found = await asking(async (aws) => loadBalancers.count?.(viewOf(aws)));
    assert.deepEqual(
      found?.map(({ id }) => id),
      [mine],
    );
  });

  it("takes nothing from the sweep of what it has to delete", async () => {
    const found = await asking((aws) => loadBalancers.find(viewOf(aws, "vpc-1")));
    assert.deepEqual(
      found.map(({ id }) => id),
      [mine],
    );
  });

  it("is not the drain's own that is waited for, which is still there", async () => {
    const id = objectId({ group: "", kind: "Service", namespace: "app-a", name: "web" });
    const held = (name: string): Held => ({
      object: { id, kind: "Service", namespace: "app-a", name, annotations: {} } as Held["object"],
      holding: { thing: "load-balancer", reference: `${name}.elb` } as Held["holding"],
    });
    const still = await asking((aws) =>
      heldBalancers({ aws, clusterName, stackTag }, [held("mine"), held("theirs-1")]),
    );
    assert.deepEqual(
      still.map(({ thing, ownership }) => [thing.id, ownership]),
      [[mine, `elbv2.k8s.aws/cluster=${clusterName}`]],
    );
  });

  it("is no key of the stack's, whichever question finds it gone", async () => {
    const keys = await asking(async (aws) => kmsKeys.count?.(viewOf(aws)));
    assert.deepEqual(keys, [
      { type: "kms:key", id: "there", because: `tag ${stackTag.key}=${stackTag.value}` },
    ]);
  });
});
