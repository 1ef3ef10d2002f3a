import * as github from "@pulumi/github";
import * as pulumi from "@pulumi/pulumi";
import { fluxNamespace } from "../src/flux/api.ts";
import { sshPublicKey } from "../src/git/ssh-public-key.ts";
import type { Credential } from "../src/secrets/credential.ts";
import { repositorySecret } from "../src/secrets/repository-secret.ts";
import { ClusterObject, type InCluster } from "./cluster-object.ts";

export interface RepositorySecretArgs {
  readonly cluster: InCluster;
  /** The name by which sources refer to it. */
  readonly secretName: string;
  /** In clear; nothing of it leaves this component but as a secret. */
  readonly credential: Credential;
  /** Where an SSH key is to be let in; absent: it is already, or there is none. */
  readonly deployKey?: DeployKeyPlace | undefined;
  /** What has to be there first: the namespace, and the drain. */
  readonly after: readonly pulumi.Resource[];
}

export interface DeployKeyPlace {
  readonly provider: github.Provider;
  /** Name of the repository, without its owner. */
  readonly repository: string;
}

/** The secret with which a source logs in, in Flux's namespace. Another value is put into the same object. */
export class RepositorySecret extends pulumi.ComponentResource {
  /** Another value for every change of the secret, which tells nothing of what is in it. */
  readonly version: pulumi.Output<string>;

  constructor(name: string, args: RepositorySecretArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sdlc:flux:RepositorySecret", name, {}, opts);
    const { credential } = args;
    const { type, data } = repositorySecret(credential);
    const encoded = Object.entries(data).map(([key, text]) => [
      key,
      pulumi.secret(Buffer.from(text).toString("base64")),
    ]);
    const key =
      credential.type === "ssh" && args.deployKey && this.letIn(name, credential.privateKey, args.deployKey);

    const secret = new ClusterObject(
      name,
      {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: args.secretName, namespace: fluxNamespace },
        type,
        data: Object.fromEntries(encoded) as Record<string, pulumi.Output<string>>,
      },
      args.cluster,
      { parent: this, dependsOn: [...args.after, ...(key ? [key] : [])] },
    );
    this.version = pulumi.output(secret.metadata).apply(({ resourceVersion }) => resourceVersion ?? "");
    this.registerOutputs({ version: this.version });
  }

  private letIn(name: string, privateKey: string, place: DeployKeyPlace): github.RepositoryDeployKey {
    return new github.RepositoryDeployKey(
      `${name}-deploy-key`,
      {
        repository: place.repository,
        title: `Flux: ${name}`,
        key: sshPublicKey(privateKey),
        readOnly: true,
      },
      { parent: this, provider: place.provider },
    );
  }
}
