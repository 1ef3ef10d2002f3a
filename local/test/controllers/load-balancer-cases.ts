import assert from "node:assert/strict";
import * as ec2 from "@aws-sdk/client-ec2";
import * as elb from "@aws-sdk/client-elastic-load-balancing-v2";
import { until, type Live } from "../kubelet/sandbox.ts";
import { clusterName, type World } from "./world.ts";

const controller = "aws-load-balancer-controller";

export function loadBalancerCases(get: () => World): void {
  const balancers = async (): Promise<elb.LoadBalancer[]> =>
    (await get().aws.elb.send(new elb.DescribeLoadBalancersCommand())).LoadBalancers ?? [];
  const targetGroups = async (): Promise<elb.TargetGroup[]> =>
    (await get().aws.elb.send(new elb.DescribeTargetGroupsCommand())).TargetGroups ?? [];
  const tagsOf = async (arn = ""): Promise<Record<string, string>> => {
    const { TagDescriptions } = await get().aws.elb.send(
      new elb.DescribeTagsCommand({ ResourceArns: [arn] }),
    );
    return Object.fromEntries(
      (TagDescriptions?.[0]?.Tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value]),
    );
  };
  const groups = async (): Promise<ec2.SecurityGroup[]> => {
    const filter = { Name: "tag:elbv2.k8s.aws/cluster", Values: [clusterName] };
    const { SecurityGroups } = await get().aws.ec2.send(
      new ec2.DescribeSecurityGroupsCommand({ Filters: [filter] }),
    );
    return SecurityGroups ?? [];
  };
  const nodeRules = async (): Promise<(string | undefined)[]> => {
    const { SecurityGroups } = await get().aws.ec2.send(
      new ec2.DescribeSecurityGroupsCommand({ GroupIds: [get().group] }),
    );
    return (SecurityGroups?.[0]?.IpPermissions ?? []).flatMap(({ UserIdGroupPairs }) =>
      (UserIdGroupPairs ?? []).map(({ GroupId }) => GroupId),
    );
  };
  const service = (name: string, more = "", annotations = "{}"): string => `
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: default, annotations: ${annotations} }
spec:
  type: LoadBalancer
  loadBalancerClass: service.k8s.aws/nlb
  selector: { app: web }
  ports: [{ name: http, port: 80, targetPort: 8080 }]
${more}`;
  const ingress = (name: string, group?: string): string => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: ${name}
  namespace: default
  annotations: ${JSON.stringify(group === undefined ? {} : { "alb.ingress.kubernetes.io/group.name": group })}
spec:
  ingressClassName: alb
  rules:
    - http: { paths: [{ path: /${name}, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] }
`;
  const live = (kind: "Service" | "Ingress", name: string): Promise<Live | undefined> =>
    get().cluster.read(kind, name, "default", kind === "Service" ? "v1" : "networking.k8s.io/v1");
  const hostname = async (kind: "Service" | "Ingress", name: string): Promise<string | undefined> => {
    const found = (await live(kind, name)) as
      { status?: { loadBalancer?: { ingress?: { hostname?: string }[] } } } | undefined;
    return found?.status?.loadBalancer?.ingress?.[0]?.hostname;
  };
  const remove = (kind: "Service" | "Ingress", name: string): Promise<void> =>
    get().cluster.remove(kind, name, "default", kind === "Service" ? "v1" : "networking.k8s.io/v1");
  const gone = (kind: "Service" | "Ingress", name: string): Promise<unknown> =>
    until(`${kind} ${name} is gone`, async () => (await live(kind, name)) === undefined);
  const events = async (name: string): Promise<string> => {
    const { items } = await get().cluster.client.core.listNamespacedEvent({
      namespace: "default",
      fieldSelector: `involvedObject.name=${name},reason=FailedDeployModel`,
    });
    return items.map(({ message }) => message).join("\n");
  };
  const nothingLeft = async (): Promise<void> => {
    assert.deepEqual(await balancers(), []);
    assert.deepEqual(await targetGroups(), []);
    assert.deepEqual(
      (await groups()).map(({ GroupName }) => GroupName),
      [],
    );
    assert.deepEqual(await nodeRules(), []);
  };

  before(() =>
    get().install({
      name: controller,
      url: "https://aws.github.io/eks-charts",
      version: "1.14.0",
      values: { clusterName },
    }),
  );

  it("makes a network load balancer for a Service, with the real names, tags, groups and rules", async () => {
    await get().cluster.apply(service("nlb"));
    const name = await until("the Service has its address", () => hostname("Service", "nlb"));
    const [balancer] = await balancers();
    assert.ok(balancer);
    assert.equal(balancer.DNSName, name);
    assert.match(balancer.LoadBalancerName ?? "", /^k8s-default-nlb-[0-9a-f]{10}$/);
    assert.equal(balancer.Type, "network");
    assert.equal(balancer.Scheme, "internal");
    assert.deepEqual(await tagsOf(balancer.LoadBalancerArn), {
      "elbv2.k8s.aws/cluster": clusterName,
      "service.k8s.aws/stack": "default/nlb",
      "service.k8s.aws/resource": "LoadBalancer",
    });
    const [target] = await targetGroups();
    assert.equal((await tagsOf(target?.TargetGroupArn))["service.k8s.aws/resource"], "default/nlb:80");
    const made = await groups();
    const backend = made.find(({ GroupName }) => GroupName?.startsWith(`k8s-traffic-${clusterName}-`));
    assert.ok(backend);
    assert.equal(made.length, 2);
    assert.deepEqual(balancer.SecurityGroups?.toSorted(), made.map(({ GroupId = "" }) => GroupId).sort());
    await until("the node's group lets the load balancer in", async () =>
      (await nodeRules()).includes(backend.GroupId),
    );
    assert.deepEqual((await live("Service", "nlb"))?.metadata?.finalizers, ["service.k8s.aws/resources"]);
    const binding = await get().cluster.read(
      "TargetGroupBinding",
      target?.TargetGroupName ?? "",
      "default",
      "elbv2.k8s.aws/v1beta1",
    );
    assert.deepEqual(binding?.metadata?.finalizers, ["elbv2.k8s.aws/resources"]);
    const { TargetHealthDescriptions } = await get().aws.elb.send(
      new elb.DescribeTargetHealthCommand({ TargetGroupArn: target?.TargetGroupArn }),
    );
    assert.equal(TargetHealthDescriptions?.[0]?.Target?.Id, get().instance);
  });

  it("takes it away with its interfaces' delay, and only then lets the Service go", async () => {
    await remove("Service", "nlb");
    await until("the load balancer is gone", async () => (await balancers()).length === 0);
    assert.ok(await live("Service", "nlb"), "its group is still on interfaces, so the Service must be there");
    await gone("Service", "nlb");
    await nothingLeft();
  });

  it("leaves Services of other classes alone", async () => {
    await get().cluster.apply(service("legacy").replace("  loadBalancerClass: service.k8s.aws/nlb\n", ""));
    await get().cluster.apply(
      service("external", "", '{ "service.beta.kubernetes.io/aws-load-balancer-type": external }').replace(
        "  loadBalancerClass: service.k8s.aws/nlb\n",
        "",
      ),
    );
    await until("the other Service has its address", () => hostname("Service", "external"));
    assert.equal((await live("Service", "legacy"))?.metadata?.finalizers, undefined);
    assert.equal((await balancers()).length, 1);
    await remove("Service", "legacy");
    await remove("Service", "external");
    await gone("Service", "external");
    await nothingLeft();
  });

  it("shares an application load balancer among the Ingresses of a group, and deletes it with the last", async () => {
    await get().cluster.apply(
      "apiVersion: v1\nkind: Service\nmetadata: { name: web, namespace: default }\n" +
        "spec: { type: NodePort, selector: { app: web }, ports: [{ port: 80 }] }\n",
    );
    await get().cluster.apply(
      `${ingress("one", "shared")}---${ingress("two", "shared")}---${ingress("alone")}`,
    );
    const [one, two, alone] = await until("all have their address", async () => {
      const all = await Promise.all(["one", "two", "alone"].map((name) => hostname("Ingress", name)));
      return all.every((name) => name !== undefined) && all;
    });
    assert.equal(one, two);
    assert.notEqual(one, alone);
    assert.deepEqual((await live("Ingress", "one"))?.metadata?.finalizers, ["group.ingress.k8s.aws/shared"]);
    assert.deepEqual((await live("Ingress", "alone"))?.metadata?.finalizers, ["ingress.k8s.aws/resources"]);
    await until("each path has its target group", async () => (await targetGroups()).length === 3);
    const shared = (await balancers()).find(({ DNSName }) => DNSName === one);
    assert.equal(shared?.Type, "application");
    assert.equal((await tagsOf(shared.LoadBalancerArn))["ingress.k8s.aws/stack"], "shared");

    await remove("Ingress", "one");
    await gone("Ingress", "one");
    assert.equal((await targetGroups()).length, 2);
    assert.equal((await balancers()).length, 2);
    await remove("Ingress", "two");
    await gone("Ingress", "two");
    assert.equal((await balancers()).length, 1);
    await remove("Ingress", "alone");
    await gone("Ingress", "alone");
    await nothingLeft();
  });

  it("cannot let go while another group's rule names its group, and says so", async () => {
    await get().cluster.apply(service("held"));
    await until("the Service has its address", () => hostname("Service", "held"));
    const own = (await groups()).find(({ GroupName }) => GroupName?.startsWith("k8s-default-held-"));
    const { aws, group } = get();
    const rule = {
      GroupId: group,
      IpPermissions: [
        { IpProtocol: "tcp", FromPort: 443, ToPort: 443, UserIdGroupPairs: [{ GroupId: own?.GroupId }] },
      ],
    };
    await aws.ec2.send(new ec2.AuthorizeSecurityGroupIngressCommand(rule));
    await remove("Service", "held");
    await until("an event names the group", async () =>
      (await events("held")).includes(`resource ${own?.GroupId ?? ""} has a dependent object`),
    );
    assert.ok(await live("Service", "held"));
    await aws.ec2.send(new ec2.RevokeSecurityGroupIngressCommand(rule));
    await gone("Service", "held");
    await nothingLeft();
  });

  it("cannot let an Ingress go whose IngressClass is gone, and does when it is back", async () => {
    await get().cluster.apply(ingress("classless"));
    await until("it has its address", () => hostname("Ingress", "classless"));
    const { client } = get().cluster;
    const alb = { apiVersion: "networking.k8s.io/v1", kind: "IngressClass", metadata: { name: "alb" } };
    await client.remove(alb);
    await remove("Ingress", "classless");
    await until("an event names the class", async () =>
      (await events("classless")).includes('"alb" not found'),
    );
    assert.ok(await live("Ingress", "classless"));
    await client.apply({ ...alb, spec: { controller: "ingress.k8s.aws/alb" } });
    await gone("Ingress", "classless");
    await nothingLeft();
  });

  it("heeds what a scenario asks for by annotations", async () => {
    await get().cluster.apply(service("idle", "", '{ "local.sdlc.dev/ignore": "true" }'));
    await get().cluster.apply(
      service("early", "", '{ "local.sdlc.dev/lift-first": "true", "local.sdlc.dev/delete-delay": "3" }'),
    );
    await until("the other has its address", () => hostname("Service", "early"));
    assert.equal(await hostname("Service", "idle"), undefined);
    await remove("Service", "idle");
    await remove("Service", "early");
    await gone("Service", "early");
    assert.equal((await balancers()).length, 1, "its finalizer was lifted before its load balancer went");
    await until("everything is gone", async () => (await groups()).length === 0);
    await nothingLeft();
  });

  it("leaves the shared group behind when the last user is deleted while it is stopped", async () => {
    await get().cluster.apply(service("last"));
    await until("the Service has its address", () => hostname("Service", "last"));
    await get().scale(controller, "kube-system", 0);
    await remove("Service", "last");
    assert.ok(await live("Service", "last"), "nobody lifts its finalizer");
    await get().scale(controller, "kube-system", 2);
    await gone("Service", "last");
    const [left, ...others] = await groups();
    assert.match(left?.GroupName ?? "", /^k8s-traffic-/);
    assert.deepEqual(others, []);
    assert.deepEqual(await balancers(), []);
    await get().aws.ec2.send(new ec2.DeleteSecurityGroupCommand({ GroupId: left?.GroupId }));
  });

  it("hangs for ever when its release goes first", async () => {
    await get().cluster.apply(service("orphan"));
    await until("the Service has its address", () => hostname("Service", "orphan"));
    await get().uninstall(controller);
    await remove("Service", "orphan");
    assert.deepEqual((await live("Service", "orphan"))?.metadata?.finalizers, ["service.k8s.aws/resources"]);
    assert.ok(
      await get().cluster.read(
        "CustomResourceDefinition",
        "targetgroupbindings.elbv2.k8s.aws",
        "",
        "apiextensions.k8s.io/v1",
      ),
    );
  });
}
