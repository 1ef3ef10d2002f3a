/** The paths of the EKS API (REST-JSON, 2017-11-01) and the operation behind each. */
import { AwsFault, type AwsRequest, type AwsResponse } from "../gateway/types.ts";
import * as entries from "./access-entries.ts";
import * as policies from "./access-policies.ts";
import { describeAddonVersions } from "./addon-versions.ts";
import * as addons from "./addons.ts";
import { associateEncryptionConfig, updateClusterConfig } from "./cluster-updates.ts";
import { updateClusterVersion } from "./cluster-version-update.ts";
import * as clusters from "./clusters.ts";
import type { ClusterOperation, EksContext, Operation } from "./context.ts";
import { notFound } from "./faults.ts";
import * as nodeGroupUpdates from "./node-group-updates.ts";
import * as nodeGroups from "./node-groups.ts";
import * as podIdentity from "./pod-identity.ts";
import * as tags from "./tags.ts";
import { describeUpdate, listUpdates } from "./updates.ts";
import { describeClusterVersions } from "./versions.ts";

/** Method and path by operation; `{label}` is the input's member of that name. */
type Routes<Run> = Readonly<Record<string, readonly [route: string, run: Run]>>;

const accountRoutes: Routes<Operation<never>> = {
  ListClusters: ["GET /clusters", clusters.listClusters],
  CreateCluster: ["POST /clusters", clusters.createCluster],
  ListAccessPolicies: ["GET /access-policies", policies.listAccessPolicies],
  DescribeAddonVersions: ["GET /addons/supported-versions", describeAddonVersions],
  DescribeClusterVersions: ["GET /cluster-versions", describeClusterVersions],
  ListTagsForResource: ["GET /tags/{resourceArn}", tags.listTagsForResource],
  TagResource: ["POST /tags/{resourceArn}", tags.tagResource],
  UntagResource: ["DELETE /tags/{resourceArn}", tags.untagResource],
};

const cluster = "/clusters/{cluster}";
const group = `${cluster}/node-groups/{nodegroupName}`;
const addon = `${cluster}/addons/{addonName}`;
const entry = `${cluster}/access-entries/{principalArn}`;
const identities = `${cluster}/pod-identity-associations`;

const clusterRoutes: Routes<ClusterOperation<never>> = {
  DescribeCluster: [`GET ${cluster}`, clusters.describeCluster],
  DeleteCluster: [`DELETE ${cluster}`, clusters.deleteCluster],
  ListUpdates: [`GET ${cluster}/updates`, listUpdates],
  DescribeUpdate: [`GET ${cluster}/updates/{updateId}`, describeUpdate],
  UpdateClusterVersion: [`POST ${cluster}/updates`, updateClusterVersion],
  UpdateClusterConfig: [`POST ${cluster}/update-config`, updateClusterConfig],
  AssociateEncryptionConfig: [`POST ${cluster}/encryption-config/associate`, associateEncryptionConfig],
  ListNodegroups: [`GET ${cluster}/node-groups`, nodeGroups.listNodegroups],
  CreateNodegroup: [`POST ${cluster}/node-groups`, nodeGroups.createNodegroup],
  DescribeNodegroup: [`GET ${group}`, nodeGroups.describeNodegroup],
  DeleteNodegroup: [`DELETE ${group}`, nodeGroups.deleteNodegroup],
  UpdateNodegroupConfig: [`POST ${group}/update-config`, nodeGroupUpdates.updateNodegroupConfig],
  UpdateNodegroupVersion: [`POST ${group}/update-version`, nodeGroupUpdates.updateNodegroupVersion],
  ListAddons: [`GET ${cluster}/addons`, addons.listAddons],
  CreateAddon: [`POST ${cluster}/addons`, addons.createAddon],
  DescribeAddon: [`GET ${addon}`, addons.describeAddon],
  UpdateAddon: [`POST ${addon}/update`, addons.updateAddon],
  DeleteAddon: [`DELETE ${addon}`, addons.deleteAddon],
  ListAccessEntries: [`GET ${cluster}/access-entries`, entries.listAccessEntries],
  CreateAccessEntry: [`POST ${cluster}/access-entries`, entries.createAccessEntry],
  DescribeAccessEntry: [`GET ${entry}`, entries.describeAccessEntry],
  UpdateAccessEntry: [`POST ${entry}`, entries.updateAccessEntry],
  DeleteAccessEntry: [`DELETE ${entry}`, entries.deleteAccessEntry],
  ListAssociatedAccessPolicies: [`GET ${entry}/access-policies`, policies.listAssociatedAccessPolicies],
  AssociateAccessPolicy: [`POST ${entry}/access-policies`, policies.associateAccessPolicy],
  DisassociateAccessPolicy: [
    `DELETE ${entry}/access-policies/{policyArn}`,
    policies.disassociateAccessPolicy,
  ],
  ListPodIdentityAssociations: [`GET ${identities}`, podIdentity.listPodIdentityAssociations],
  CreatePodIdentityAssociation: [`POST ${identities}`, podIdentity.createPodIdentityAssociation],
  DescribePodIdentityAssociation: [
    `GET ${identities}/{associationId}`,
    podIdentity.describePodIdentityAssociation,
  ],
  UpdatePodIdentityAssociation: [
    `POST ${identities}/{associationId}`,
    podIdentity.updatePodIdentityAssociation,
  ],
  DeletePodIdentityAssociation: [
    `DELETE ${identities}/{associationId}`,
    podIdentity.deletePodIdentityAssociation,
  ],
};

/** Runs a cluster's operation on the cluster that its path names; throws ResourceNotFoundException. */
function onCluster(run: ClusterOperation<never>): Operation<never> {
  return (eks, input: { cluster: string }) => {
    const name = input.cluster;
    const record = eks.clusters.get(name);
    if (!record) throw notFound(`No cluster found for name: ${name}.`, { clusterName: name });
    return run(record, input as never);
  };
}

const routes = [
  ...Object.entries(accountRoutes),
  ...Object.entries(clusterRoutes).map(([name, [route, run]]) => [name, [route, onCluster(run)]] as const),
].map(([name, [route, run]]) => {
  const [method = "", path = ""] = route.split(" ");
  return { name, method, segments: path.split("/"), run };
});
type Route = (typeof routes)[number];

const lists = new Set(["types", "publishers", "owners", "clusterVersions", "tagKeys"]);
const booleans = new Set(["preserve", "defaultOnly", "includeAll"]);

const labelOf = (segment: string): string | undefined => /^\{(.+)\}$/.exec(segment)?.[1];

export function findRoute(method: string, path: string): Route | undefined {
  const segments = path.split("/");
  return routes.find(
    (route) =>
      route.method === method &&
      route.segments.length === segments.length &&
      route.segments.every((segment, index) => labelOf(segment) ?? segment === segments[index]),
  );
}

/** Body, query and path of a request as the one input that the SDKs know. */
function readInput(request: AwsRequest, route: Route): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const name of request.query.keys()) {
    const values = request.query.getAll(name);
    input[name] = lists.has(name) ? values : booleans.has(name) ? values[0] === "true" : values[0];
  }
  if (request.body.length > 0) {
    try {
      Object.assign(input, JSON.parse(request.body.toString()) as object);
    } catch {
      throw new AwsFault("SerializationException", 400, "The request body is not valid JSON.");
    }
  }
  for (const [index, segment] of request.path.split("/").entries()) {
    const label = labelOf(route.segments[index] ?? "");
    if (label !== undefined) input[label] = decodeURIComponent(segment);
  }
  return input;
}

/** REST-JSON writes a time as seconds since 1970. */
function toJson(value: object): string {
  return JSON.stringify(value, function (this: Record<string, unknown>, key: string, shown: unknown) {
    const raw = this[key];
    return raw instanceof Date ? raw.getTime() / 1000 : shown;
  });
}

export async function dispatch(eks: EksContext, request: AwsRequest): Promise<AwsResponse> {
  const { method, path, caller } = request;
  const route = findRoute(method, path);
  if (!route) {
    const message = `The local platform's EKS has no operation ${method} ${path}.`;
    throw new AwsFault("UnknownOperationException", 404, message);
  }
  const output = await route.run(eks, readInput(request, route) as never, caller);
  return { status: 200, headers: { "content-type": "application/json" }, body: toJson(output) };
}
