/** The security groups of load balancers: one of each for its clients, and one of the cluster that reaches the nodes. */
import { createHash } from "node:crypto";
import * as ec2 from "@aws-sdk/client-ec2";
import { clock } from "../runtime/environment.ts";
import { NotYet } from "../runtime/queue.ts";
import type { Account } from "./account.ts";
import type { Stack, StackId } from "./stack.ts";

/** Minutes for which the controller takes a refusal to delete a group for the interfaces of a deleted load balancer. */
const patience = 2;
const refusedSince = new Map<string, number>();

export async function clientsGroup(account: Account, stack: Stack): Promise<string> {
  const tags = account.tags(stack, "ManagedLBSecurityGroup");
  const [found] = await account.securityGroups(tags);
  if (found?.GroupId !== undefined) return found.GroupId;
  const description = "[k8s] Managed SecurityGroup for LoadBalancer";
  const GroupId = await account.createSecurityGroup(stack.name, description, tags);
  const IpPermissions = stack.listeners.map(({ port }) => ({
    IpProtocol: "tcp",
    FromPort: port,
    ToPort: port,
    IpRanges: [{ CidrIp: "0.0.0.0/0" }],
  }));
  if (IpPermissions.length > 0) {
    await account.ec2.send(new ec2.AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
  }
  return GroupId;
}

/** Deletes the group; while it is in use that is no failure at first. */
export async function deleteGroup({ ec2: client }: Account, GroupId: string): Promise<void> {
  try {
    await client.send(new ec2.DeleteSecurityGroupCommand({ GroupId }));
  } catch (error) {
    const code = error instanceof ec2.EC2ServiceException ? error.name : "";
    if (code === "DependencyViolation") {
      const since = refusedSince.get(GroupId) ?? Date.now();
      refusedSince.set(GroupId, since);
      if (Date.now() - since < clock.milliseconds(patience)) throw new NotYet(`the interfaces in ${GroupId}`);
    }
    if (code !== "InvalidGroup.NotFound")
      throw new Error(`failed to delete securityGroup: ${String(error)}`, { cause: error });
  }
  refusedSince.delete(GroupId);
}

/**
 * `k8s-traffic-<cluster>-<hash>`, made with the first load balancer and deleted with the last. As in the real controller,
 * only a program that used the group knows that it has to delete it: after a restart in the middle of the last deletion
 * it stays behind (aws-load-balancer-controller#4526).
 */
export class BackendGroup {
  readonly #account: Account;
  readonly #users = new Set<string>();
  #id: Promise<string> | undefined;

  constructor(account: Account) {
    this.#account = account;
  }

  async allocate({ owner, id }: StackId): Promise<string> {
    this.#users.add(`${owner} ${id}`);
    this.#id ??= this.#findOrCreate();
    try {
      return await this.#id;
    } catch (error) {
      this.#id = undefined;
      throw error;
    }
  }

  /** Its id as far as this program knows it. */
  async id(): Promise<string | undefined> {
    return this.#id;
  }

  async release({ owner, id }: StackId): Promise<void> {
    this.#users.delete(`${owner} ${id}`);
    if (this.#users.size > 0 || this.#id === undefined) return;
    await deleteGroup(this.#account, await this.#id);
    this.#id = undefined;
  }

  async #findOrCreate(): Promise<string> {
    const { cluster } = this.#account;
    const tags = { "elbv2.k8s.aws/cluster": cluster, "elbv2.k8s.aws/resource": "backend-sg" };
    const [found] = await this.#account.securityGroups(tags);
    if (found?.GroupId !== undefined) return found.GroupId;
    const vpc = await this.#account.vpc();
    const hash = createHash("sha256").update(`${cluster} ${vpc}`).digest("hex").slice(0, 10);
    const name = `k8s-traffic-${cluster.replace(/[^A-Za-z0-9-]/g, "").slice(0, 229)}-${hash}`;
    return this.#account.createSecurityGroup(
      name,
      "[k8s] Shared Backend SecurityGroup for LoadBalancer",
      tags,
    );
  }
}
