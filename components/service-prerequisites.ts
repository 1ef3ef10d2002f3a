import * as pulumi from "@pulumi/pulumi";

export interface ServicePrerequisitesArgs {
  readonly kubeconfig: pulumi.Input<string>;
  /** Another minor is looked at again. */
  readonly kubernetesVersion: pulumi.Input<string>;
  /** Its name in the catalogue. */
  readonly service: string;
  readonly version: string;
}

/** Asks the living API whether a service can run there, before anything of it is made (`src/services/`). */
export class ServicePrerequisites extends pulumi.CustomResource {
  constructor(name: string, args: ServicePrerequisitesArgs, opts: pulumi.CustomResourceOptions) {
    const kubeconfig = pulumi.secret(args.kubeconfig);
    super("sdlc:services:Prerequisites", name, { ...args, kubeconfig }, opts);
  }
}
