/** An account into which the tests plant what a destroy may leave, by AWS's own clients. */
import type { Tag } from "@aws-sdk/client-ec2";
import * as ec2 from "@aws-sdk/client-ec2";
import { withAws } from "../../../src/aws/clients.ts";
import { countInAws, type Count } from "../../../src/aws/count.ts";
import type { InjectedFault } from "../../../local/gateway/injected-faults.ts";
import { createWorld, type World } from "../../../local/test/eks/world.ts";
import { region, user } from "../../../local/test/gateway/platform.ts";

export const stackKey = "sdlc:stack";
export const clusterName = "sandbox-a";

/** The tag of a stack, in the form of most services. */
export const tagOf = (stack: string): { Key: string; Value: string } => ({
  Key: stackKey,
  Value: `kubernetes-sdlc/${stack}`,
});
export const own = tagOf("sandbox-a");

/** Leads AWS's clients without settings of their own to a gateway, until the function that it returns is called. */
export function leadTo(gatewayUrl: string): () => void {
  const variables = {
    AWS_ENDPOINT_URL: gatewayUrl,
    AWS_ACCESS_KEY_ID: user.accessKeyId,
    AWS_SECRET_ACCESS_KEY: user.secretAccessKey,
  };
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  };
}

export class Account {
  readonly world: World;
  readonly #leadBack: () => void;

  private constructor(world: World) {
    this.world = world;
    this.#leadBack = leadTo(world.platform.gateway.url);
  }

  static async open(): Promise<Account> {
    return new Account(await createWorld());
  }

  /** What there is of `sandbox-a`, and in the VPCs that are given. */
  count(vpcIds: readonly string[] = []): Promise<Count> {
    const scope = {
      stackTag: { key: stackKey, value: own.Value },
      clusterName,
      vpcIds,
      rolePrefix: "sandbox-a",
      logGroupPrefixes: ["/aws/vpc/sandbox-a"],
    };
    return withAws(region, new AbortController().signal, (aws) => countInAws(aws, scope));
  }

  /** Type and id of what is left, in order. */
  async left(vpcIds: readonly string[] = []): Promise<string[]> {
    return (await this.count(vpcIds)).left.map(({ type, id }) => `${type} ${id}`).sort();
  }

  async tag(id: string | undefined, ...Tags: Tag[]): Promise<string> {
    await this.world.aws.ec2.send(new ec2.CreateTagsCommand({ Resources: [id ?? ""], Tags }));
    return id ?? "";
  }

  inject(...faults: InjectedFault[]): void {
    this.world.platform.gateway.faults.replace(faults);
  }

  async close(): Promise<void> {
    this.#leadBack();
    await this.world.stop();
  }
}
