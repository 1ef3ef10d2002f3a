import assert from "node:assert/strict";
import { withoutTeardown, type ExportedState, type StateResource } from "../../faults/ways/plain-state.ts";

const urn = (type: string, name: string): string => `urn:pulumi:s::p::${type}::${name}`;
const resource = (type: string, name: string, more: Partial<StateResource> = {}): StateResource => ({
  urn: urn(type, name),
  type,
  ...more,
});
const stateOf = (...resources: StateResource[]): ExportedState => ({ version: 3, deployment: { resources } });
const of = (state: ExportedState, name: string): StateResource | undefined =>
  state.deployment.resources?.find((found) => found.urn.endsWith(`::${name}`));

const cluster = resource("aws:eks/cluster:Cluster", "cluster");
const controllers = resource("kubernetes:apps/v1:Deployment", "controllers", { deletedWith: cluster.urn });
const ledger = resource("sdlc:teardown:Ledger", "ledger");
const drain = resource("sdlc:teardown:ClusterDrain", "drain", {
  dependencies: [ledger.urn, controllers.urn, cluster.urn],
});

describe("A state without its teardown", () => {
  it("has none of its resources", () => {
    const state = withoutTeardown(stateOf(ledger, cluster, controllers, drain));
    assert.deepEqual(
      state.deployment.resources?.map(({ type }) => type),
      [cluster.type, controllers.type],
    );
  });

  it("keeps the order of the rest", () => {
    const root = resource("kubernetes:kustomize.toolkit.fluxcd.io/v1:Kustomization", "root", {
      dependencies: [drain.urn],
      propertyDependencies: { spec: [drain.urn, cluster.urn], metadata: [] },
    });
    const found = of(withoutTeardown(stateOf(ledger, cluster, controllers, drain, root)), "root");
    assert.deepEqual(found?.dependencies, [controllers.urn, cluster.urn]);
    assert.deepEqual(found.propertyDependencies, { spec: [controllers.urn, cluster.urn], metadata: [] });
  });

  it("deletes the objects of the cluster one by one, and files still with their branch", () => {
    const branch = resource("sdlc:github:Branch", "branch", { dependencies: [ledger.urn] });
    const file = resource("github:index/repositoryFile:RepositoryFile", "file", { deletedWith: branch.urn });
    const state = withoutTeardown(stateOf(ledger, cluster, controllers, branch, file));
    assert.equal(of(state, "controllers")?.deletedWith, undefined);
    assert.equal(of(state, "file")?.deletedWith, branch.urn);
    assert.deepEqual(of(state, "branch")?.dependencies, []);
  });

  it("is no baseline where there was no teardown", () => {
    assert.throws(() => withoutTeardown(stateOf(cluster)), /no resource of a teardown/);
  });
});
