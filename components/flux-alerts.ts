import * as pulumi from "@pulumi/pulumi";
import { alertObjects, type AlertPlace } from "../src/flux/alerts.ts";
import { fluxNamespace } from "../src/flux/api.ts";
import { ClusterObject, type InCluster } from "./cluster-object.ts";

export interface FluxAlertsArgs {
  readonly cluster: InCluster;
  /** Told with every message. */
  readonly clusterName: string;
  /** With their secrets in clear; nothing of them leaves this component but as a secret. */
  readonly places: readonly AlertPlace[];
  /** What has to be there first: the controllers, with the kinds of these objects. */
  readonly after: readonly pulumi.Resource[];
}

/** Tells people what Flux does in a cluster. */
export class FluxAlerts extends pulumi.ComponentResource {
  constructor(name: string, args: FluxAlertsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sdlc:flux:Alerts", name, {}, opts);
    args.places.forEach((place, index) => {
      const { secret, provider, alert } = alertObjects(place, index, args.clusterName);
      const own = { parent: this, dependsOn: [...args.after] };
      const part = `${name}-${place.kind}-${index + 1}`;
      const data = Object.entries(secret.data).map(([key, text]) => [
        key,
        pulumi.secret(Buffer.from(text).toString("base64")),
      ]);
      const login = new ClusterObject(
        `${part}-secret`,
        {
          apiVersion: "v1",
          kind: "Secret",
          metadata: { name: secret.name, namespace: fluxNamespace },
          type: "Opaque",
          data: Object.fromEntries(data) as Record<string, pulumi.Output<string>>,
        },
        args.cluster,
        own,
      );
      const to = new ClusterObject(`${part}-provider`, provider, args.cluster, {
        parent: this,
        dependsOn: [login],
      });
      new ClusterObject(`${part}-alert`, alert, args.cluster, { parent: this, dependsOn: [to] });
    });
    this.registerOutputs({});
  }
}
