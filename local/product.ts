/**
 * All that the local platform takes of the product; no other file of this package imports from it, which the linter checks.
 * Every process of the platform loads this file, some for each run of Pulumi, and a file of TypeScript costs 2 to 3 ms. So only what
 * nearly all of them need is exported as it is; a function of `load` fetches the rest for whom it serves.
 */
export { outlive } from "../commands/interruption.ts";
export { difference } from "../provider/plumbing/difference.ts";
export { Interrupted } from "../provider/plumbing/failures.ts";
export {
  containsSecret,
  containsUnknown,
  isRecord,
  omit,
  plainProperties,
  secret,
  unknownValue,
} from "../provider/plumbing/values.ts";
export { waitFor } from "../provider/plumbing/wait.ts";
export { UserError } from "../src/errors.ts";

export type { DestroyStack } from "../commands/expired.ts";
export type { Count } from "../src/aws/count.ts";
export type {
  Change,
  CheckedInputs,
  Difference,
  ExistingResource,
  OperationContext,
  Properties,
  ProviderImplementation,
  ResourceHandler,
} from "../provider/plumbing/implementation.ts";
export type { ServedProvider, ServeOptions } from "../provider/plumbing/server.ts";
export type { ServiceExtension } from "../provider/plumbing/service.ts";
export type { Session, Sessions } from "../provider/plumbing/session.ts";
export type { Probe } from "../provider/plumbing/wait.ts";
export type { FluxStatus } from "../src/flux/flux-objects.ts";
export type { StatusRow } from "../src/flux/status-table.ts";

export const load = {
  awsChain: () => import("../src/teardown/receipt/aws-chain.ts"),
  awsClients: () => import("../src/aws/clients.ts"),
  awsCount: () => import("../src/aws/count.ts"),
  awsOwnership: () => import("../src/aws/ownership.ts"),
  clusterReader: () => import("../provider/kubernetes/client.ts"),
  environmentClasses: () => import("../stacks/classes.ts"),
  expired: () => import("../commands/expired.ts"),
  flux: () => import("../src/flux/api.ts"),
  fluxObjects: () => import("../provider/flux/readiness.ts"),
  names: () => import("../src/names.ts"),
  permissionsBoundary: () => import("../src/permissions-boundary.ts"),
  prefixLines: () => import("../commands/prefix-lines.ts"),
  prove: () => import("../commands/prove.ts"),
  pulumiCli: () => import("../commands/pulumi-cli.ts"),
  receiptText: () => import("../src/teardown/receipt/receipt-text.ts"),
  receipts: () => import("../provider/teardown/ledger/receipt-files.ts"),
  repositoryAddress: () => import("../src/git/repository-address.ts"),
  server: () => import("../provider/plumbing/server.ts"),
  service: () => import("../provider/plumbing/service.ts"),
  session: () => import("../provider/plumbing/session.ts"),
  stackName: () => import("../src/stack-name.ts"),
  statusRows: () => import("../src/flux/status-table.ts"),
  tags: () => import("../src/tags.ts"),
  web: () => import("../src/web.ts"),
};
