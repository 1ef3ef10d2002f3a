/** Stands for the plugin of @pulumi/eks 4.3: remote components only, made of resources of the other providers. */
import type { StandIn } from "../plumbing/stand-in.ts";
import { requireAwsCli } from "./aws-cli.ts";

export const eksProvider: StandIn<undefined> = {
  package: "eks",
  version: "4.3.0",
  configure: () => Promise.resolve(undefined),
  loadComponents: () => import("./cluster.ts"),
  construct: async ({ type, name, inputs, options }) => {
    if (type !== "eks:index:Cluster") {
      throw new Error(
        `the local eks provider does not implement ${type}. ` +
          "Use the plain resources of @pulumi/aws, or the official plugin (LOCAL_PROVIDERS=official).",
      );
    }
    await requireAwsCli();
    const { Cluster } = await import("./cluster.ts");
    const { urn, state } = new Cluster(name, inputs, options);
    return { urn, state };
  },
};
