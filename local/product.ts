/**
 * All that the local platform takes of the product; no other file of this package imports from it, which the linter checks.
 * Every process of the platform loads this file, some for each run of Pulumi, and a file of TypeScript costs 2 to 3 ms. So only what
 * nearly all of them need is exported as it is; a function of `load` fetches the rest for whom it serves.
 */
export { outlive } from "../commands/interruption.ts";
export { UserError } from "../src/errors.ts";
export { difference } from "../src/plugin/difference.ts";
export { Interrupted } from "../src/plugin/failures.ts";
export {
  containsSecret,
  containsUnknown,
  isRecord,
  omit,
  plainProperties,
  secret,
  unknownValue,
} from "../src/plugin/values.ts";
export { waitFor } from "../src/plugin/wait.ts";

export type { DestroyStack } from "../commands/expired.ts";
export type { Count } from "../src/aws/count.ts";
export type { FluxObject, FluxStatus } from "../src/flux/flux-objects.ts";
export type {
  Change,
  CheckedInputs,
  Difference,
  ExistingResource,
  OperationContext,
  Properties,
  ProviderImplementation,
  ResourceHandler,
} from "../src/plugin/implementation.ts";
export type { ServedProvider, ServeOptions } from "../src/plugin/server.ts";
export type { ServiceExtension } from "../src/plugin/service.ts";
export type { Session, Sessions } from "../src/plugin/session.ts";
export type { Probe } from "../src/plugin/wait.ts";

export const load = {
  awsChain: () => import("../src/teardown/receipt/aws-chain.ts"),
  awsClients: () => import("../src/aws/clients.ts"),
  awsCount: () => import("../src/aws/count.ts"),
  awsOwnership: () => import("../src/aws/ownership.ts"),
  clusterApi: () => import("../src/kubernetes/api.ts"),
  environmentClasses: () => import("../stacks/classes.ts"),
  expired: () => import("../commands/expired.ts"),
  flux: () => import("../src/flux/api.ts"),
  fluxKinds: () => import("../src/flux/flux-objects.ts"),
  fluxObjects: () => import("../src/flux/live-objects.ts"),
  names: () => import("../src/names.ts"),
  permissionsBoundary: () => import("../src/permissions-boundary.ts"),
  prefixLines: () => import("../commands/prefix-lines.ts"),
  prove: () => import("../commands/prove.ts"),
  pulumiCli: () => import("../commands/pulumi-cli.ts"),
  receiptText: () => import("../src/teardown/receipt/receipt-text.ts"),
  receipts: () => import("../src/teardown/ledger/receipt-files.ts"),
  repositoryAddress: () => import("../src/git/repository-address.ts"),
  server: () => import("../src/plugin/server.ts"),
  service: () => import("../src/plugin/service.ts"),
  session: () => import("../src/plugin/session.ts"),
  stackName: () => import("../src/stack-name.ts"),
  tags: () => import("../src/tags.ts"),
  web: () => import("../src/web.ts"),
};
