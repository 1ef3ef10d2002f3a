import * as pulumi from "@pulumi/pulumi";
import { fluxNamespace } from "../src/flux/api.ts";
import { signingKeySecret } from "../src/flux/verification.ts";
import { ClusterObject, type InCluster } from "./cluster-object.ts";

export interface SigningKeyArgs {
  readonly cluster: InCluster;
  /** The public half, in PEM: it is no secret. */
  readonly publicKey: string;
  /** What has to be there first: the namespace. */
  readonly after: readonly pulumi.Resource[];
}

/** The key with which Flux checks that a release was signed by the platform team. */
export class SigningKey extends pulumi.ComponentResource {
  constructor(name: string, args: SigningKeyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sdlc:flux:SigningKey", name, {}, opts);
    new ClusterObject(
      name,
      {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: signingKeySecret, namespace: fluxNamespace },
        type: "Opaque",
        // source-controller takes every key whose name ends so.
        data: { "platform.pub": Buffer.from(args.publicKey).toString("base64") },
      },
      args.cluster,
      { parent: this, dependsOn: [...args.after] },
    );
    this.registerOutputs({});
  }
}
