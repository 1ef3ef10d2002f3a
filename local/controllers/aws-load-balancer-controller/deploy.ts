/** Makes what a stack says, and takes away what it no longer says, in the order of the real controller. */
import * as elb from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Controller, Kind, Live } from "../runtime/controller.ts";
import { NotYet } from "../runtime/queue.ts";
import { unlessMissing, type Watched } from "../../kubernetes/cluster-client.ts";
import { tagList, type Account } from "./account.ts";
import { clientsGroup, deleteGroup, type BackendGroup } from "./security-groups.ts";
import { targetsOf, type Stack, type StackId, type Target } from "./stack.ts";

export const bindingKind: Kind = {
  apiVersion: "elbv2.k8s.aws/v1beta1",
  kind: "TargetGroupBinding",
  plural: "targetgroupbindings",
};

export interface Binding extends Live {
  readonly spec: {
    readonly targetGroupARN: string;
    readonly targetType: Target["type"];
    readonly networking?: {
      readonly ingress: readonly {
        readonly from: readonly { readonly securityGroup: { readonly groupID: string } }[];
        readonly ports: readonly { readonly port: number; readonly protocol: string }[];
      }[];
    };
  };
}

export class Deployer {
  readonly #controller: Controller;
  readonly #account: Account;
  readonly #backend: BackendGroup;
  readonly #bindings: Watched<Binding>;

  constructor(controller: Controller, account: Account, backend: BackendGroup, bindings: Watched<Binding>) {
    this.#controller = controller;
    this.#account = account;
    this.#backend = backend;
    this.#bindings = bindings;
  }

  /** Returns the load balancer's host name. */
  async deploy(stack: Stack): Promise<string> {
    const clients = await clientsGroup(this.#account, stack);
    const backend = await this.#backend.allocate(stack);
    const groups = new Map<string, string>();
    for (const target of targetsOf(stack)) groups.set(target.name, await this.#targetGroup(stack, target));
    const balancer = await this.#balancer(stack, [clients, backend]);
    for (const listener of stack.listeners) await this.#listen(stack, listener, balancer, groups);
    for (const target of targetsOf(stack)) await this.#bind(stack, target, groups.get(target.name), backend);
    await this.#removeTargets(stack, new Set(groups.keys()));
    return balancer.DNSName ?? "";
  }

  async remove(stack: StackId): Promise<void> {
    for (const { LoadBalancerArn } of await this.#account.loadBalancers(this.#account.tags(stack))) {
      await this.#account.elb.send(new elb.DeleteLoadBalancerCommand({ LoadBalancerArn }));
    }
    await this.#removeTargets(stack, new Set());
    for (const { GroupId = "" } of await this.#account.securityGroups(this.#account.tags(stack))) {
      await deleteGroup(this.#account, GroupId);
    }
    await this.#backend.release(stack);
  }

  async #targetGroup(stack: Stack, target: Target): Promise<string> {
    const tags = this.#account.tags(stack, target.resource);
    const [found] = await this.#account.targetGroups(tags);
    if (found?.TargetGroupArn !== undefined) return found.TargetGroupArn;
    const { TargetGroups } = await this.#account.elb.send(
      new elb.CreateTargetGroupCommand({
        Name: target.name,
        Protocol: stack.type === "network" ? "TCP" : "HTTP",
        Port: target.port,
        VpcId: await this.#account.vpc(),
        TargetType: target.type,
        Tags: tagList(tags),
      }),
    );
    return TargetGroups?.[0]?.TargetGroupArn ?? "";
  }

  async #balancer(stack: Stack, SecurityGroups: string[]): Promise<elb.LoadBalancer> {
    const tags = this.#account.tags(stack, "LoadBalancer");
    const [found] = await this.#account.loadBalancers(tags);
    if (found) return found;
    const { LoadBalancers } = await this.#account.elb.send(
      new elb.CreateLoadBalancerCommand({
        Name: stack.name,
        Type: stack.type,
        Scheme: stack.scheme,
        Subnets: await this.#account.subnets(stack.scheme),
        SecurityGroups,
        Tags: tagList(tags),
      }),
    );
    const made = LoadBalancers?.[0];
    if (!made) throw new Error(`AWS made no load balancer ${stack.name}`);
    const Attributes = tagList(stack.attributes);
    if (Attributes.length > 0) {
      await this.#account.elb.send(
        new elb.ModifyLoadBalancerAttributesCommand({ LoadBalancerArn: made.LoadBalancerArn, Attributes }),
      );
    }
    return made;
  }

  async #listen(
    stack: Stack,
    { port, target, rules }: Stack["listeners"][number],
    { LoadBalancerArn }: elb.LoadBalancer,
    groups: ReadonlyMap<string, string>,
  ): Promise<void> {
    const client = this.#account.elb;
    const forward = ({ name }: Target): elb.Action => ({
      Type: "forward",
      TargetGroupArn: groups.get(name),
    });
    const { Listeners } = await client.send(new elb.DescribeListenersCommand({ LoadBalancerArn }));
    let listener = Listeners?.find(({ Port }) => Port === port);
    if (!listener) {
      const made = await client.send(
        new elb.CreateListenerCommand({
          LoadBalancerArn,
          Port: port,
          Protocol: stack.type === "network" ? "TCP" : "HTTP",
          DefaultActions: [
            target
              ? forward(target)
              : {
                  Type: "fixed-response",
                  FixedResponseConfig: { StatusCode: "404", ContentType: "text/plain" },
                },
          ],
          Tags: tagList(this.#account.tags(stack, String(port))),
        }),
      );
      listener = made.Listeners?.[0];
    }
    if (stack.type === "network") return;
    const { ListenerArn } = listener ?? {};
    const { Rules } = await client.send(new elb.DescribeRulesCommand({ ListenerArn }));
    const live = (Rules ?? []).filter(({ IsDefault }) => IsDefault !== true);
    const said = ({ host, path }: (typeof rules)[number]): elb.RuleCondition[] => [
      ...(host === undefined ? [] : [{ Field: "host-header", Values: [host] }]),
      { Field: "path-pattern", Values: [path] },
    ];
    const shape = (conditions: readonly elb.RuleCondition[] | undefined, group: string | undefined): string =>
      JSON.stringify([
        group,
        ...(conditions ?? []).map(({ Field, Values, HostHeaderConfig, PathPatternConfig }) => [
          Field,
          Values ?? HostHeaderConfig?.Values ?? PathPatternConfig?.Values,
        ]),
      ]);
    const wanted = new Map(rules.map((rule) => [shape(said(rule), groups.get(rule.target.name)), rule]));
    for (const { RuleArn, Conditions, Actions } of live) {
      // What is there already need not be made, and what is not wanted goes.
      if (!wanted.delete(shape(Conditions, Actions?.[0]?.TargetGroupArn))) {
        await client.send(new elb.DeleteRuleCommand({ RuleArn }));
      }
    }
    const taken = new Set(live.map(({ Priority }) => Number(Priority)));
    let priority = 0;
    for (const rule of wanted.values()) {
      do priority += 1;
      while (taken.has(priority));
      await client.send(
        new elb.CreateRuleCommand({
          ListenerArn,
          Priority: priority,
          Conditions: said(rule),
          Actions: [forward(rule.target)],
          Tags: tagList(this.#account.tags(stack, `${port}:${priority}`)),
        }),
      );
    }
  }

  async #bind(stack: Stack, target: Target, arn: string | undefined, backend: string): Promise<void> {
    const { namespace, name, service, servicePort, port, type } = target;
    if (this.#bindings.get(name, namespace)) return;
    await this.#controller.client.create({
      apiVersion: bindingKind.apiVersion,
      kind: bindingKind.kind,
      metadata: { name, namespace, labels: labelsOf(stack) },
      spec: {
        serviceRef: { name: service, port: servicePort },
        targetGroupARN: arn,
        targetType: type,
        networking: {
          ingress: [{ from: [{ securityGroup: { groupID: backend } }], ports: [{ port, protocol: "TCP" }] }],
        },
      },
    });
  }

  /** The bindings first: they take back the rules that let the load balancers reach the nodes. */
  async #removeTargets(stack: StackId, but: ReadonlySet<string>): Promise<void> {
    const labels = Object.entries(labelsOf(stack));
    const bound = this.#bindings
      .list()
      .filter(({ metadata }) => labels.every(([key, value]) => metadata?.labels?.[key] === value))
      .filter(({ metadata }) => !but.has(metadata?.name ?? ""));
    for (const binding of bound) await unlessMissing(this.#controller.client.objects.delete(binding));
    if (bound.length > 0) throw new NotYet("its TargetGroupBindings", 100);
    for (const { TargetGroupArn, TargetGroupName = "" } of await this.#account.targetGroups(
      this.#account.tags(stack),
    )) {
      if (but.has(TargetGroupName)) continue;
      await this.#account.elb.send(new elb.DeleteTargetGroupCommand({ TargetGroupArn }));
    }
  }
}

function labelsOf({ owner, id }: StackId): Record<string, string> {
  const [namespace = "", name] = id.split("/");
  // The stack of a group of Ingresses is in no namespace.
  return name === undefined
    ? { [`${owner}/stack`]: namespace }
    : { [`${owner}/stack-namespace`]: namespace, [`${owner}/stack-name`]: name };
}
