import * as eks from "@pulumi/eks";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { administratorEntries } from "./access.ts";
import { boundaryOnRoles } from "./boundary-on-roles.ts";
import type { InCluster } from "./cluster-object.ts";
import { controlPlaneLogGroup, type ControlPlaneLogsSettings } from "./control-plane-logs.ts";
import type { Network } from "./network.ts";
import { onlyInputs } from "./provider-inputs.ts";
import { secretsEncryptionKey, type SecretsEncryptionSettings } from "./secrets-encryption.ts";
import type { RoleLimit } from "./service-role.ts";

export interface ClusterArgs extends RoleLimit {
  /** The cluster's name in AWS: letters, digits, `-` and `_`, at most 100 (CreateCluster). */
  readonly clusterName: string;
  /** Kubernetes minor, such as `1.35`. */
  readonly kubernetesVersion: string;
  readonly network: Network;
  /** Addresses of Kubernetes Services; EKS picks them if absent. */
  readonly serviceCidr?: string | undefined;
  /**
   * Who may reach the API from outside the VPC; none leaves the private endpoint alone, which only a runner
   * inside the VPC can reach. The private endpoint is always on: behind a public one with restricted CIDRs
   * the nodes, which leave through NAT, would be locked out of their own API.
   */
  readonly publicEndpointCidrs: readonly string[];
  /** ARNs of IAM users and roles beside the one that creates the cluster (`administratorEntries`). */
  readonly administrators: readonly string[];
  readonly controlPlaneLogs: ControlPlaneLogsSettings;
  /** Absent: secrets are encrypted with a key of AWS. It cannot be changed once the cluster exists. */
  readonly secretsEncryption?: SecretsEncryptionSettings | undefined;
  /**
   * EKS refuses to delete the cluster until an update has turned this off, and Pulumi what belongs to its state: the key
   * of its secrets and its logs. Pulumi's own protection of the cluster would extend to the administrators' access entries,
   * none of which could then be taken away.
   */
  readonly deletionProtection: boolean;
  /**
   * What has to succeed before minutes are spent on a cluster, and goes after it: the sandbox's branch, and the sweep, which
   * removes what the cluster has left behind.
   */
  readonly after?: readonly pulumi.Resource[] | undefined;
}

/**
 * An EKS control plane without nodes and add-ons, and the one Kubernetes provider through which everything
 * inside it is made.
 */
export class Cluster extends pulumi.ComponentResource {
  readonly clusterName: pulumi.Output<string>;
  readonly clusterArn: pulumi.Output<string>;
  /** URL of the Kubernetes API. */
  readonly endpoint: pulumi.Output<string>;
  /** The minor that the control plane runs. */
  readonly kubernetesVersion: pulumi.Output<string>;
  /** As JSON, secret; logs in with `aws eks get-token` and the credentials of whoever uses it. */
  readonly kubeconfig: pulumi.Output<string>;
  /** The group that EKS makes, and puts on the control plane's interfaces and on managed nodes. */
  readonly securityGroupId: pulumi.Output<string>;
  readonly oidcProviderArn: pulumi.Output<string>;
  /** With `https://`. */
  readonly oidcIssuerUrl: pulumi.Output<string>;
  readonly provider: kubernetes.Provider;
  /** For everything that is made inside. */
  readonly inside: InCluster;

  constructor(name: string, args: ClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sdlc:cluster:Cluster", name, {}, opts);
    const child = { parent: this };

    const stateful = { ...child, protect: args.deletionProtection };
    const logGroup = controlPlaneLogGroup(name, args.clusterName, args.controlPlaneLogs, stateful);
    const key =
      args.secretsEncryption &&
      secretsEncryptionKey(name, args.clusterName, args.secretsEncryption, stateful);

    // It appends to this name by itself: `<name>-eksCluster`, `<name>-eksRole`.
    const cluster = new eks.Cluster(
      name,
      {
        ...withoutDefaults,
        name: args.clusterName,
        version: args.kubernetesVersion,
        vpcId: args.network.vpcId,
        // The control plane's interfaces; load balancers find the public subnets by tag.
        subnetIds: args.network.privateSubnetIds,
        ...endpointAccess(args.publicEndpointCidrs),
        ...(args.serviceCidr === undefined ? {} : { kubernetesServiceIpAddressRange: args.serviceCidr }),
        authenticationMode: "API",
        accessEntries: administratorEntries(args.administrators),
        enabledClusterLogTypes: [...args.controlPlaneLogs.types],
        ...(key === undefined ? {} : { encryptionConfigKeyArn: key.arn }),
        createOidcProvider: true,
        deletionProtection: args.deletionProtection,
      },
      {
        ...child,
        ...(args.permissionsBoundary === undefined
          ? {}
          : { transforms: [boundaryOnRoles(args.permissionsBoundary)] }),
        dependsOn: [
          // The subnets' ids alone do not say that load balancers need the internet gateway until they are gone.
          ...args.network.forControlPlane,
          // EKS would make the group itself, without retention; and it writes until the cluster is gone.
          ...(logGroup === undefined ? [] : [logGroup]),
          ...(args.after ?? []),
        ],
      },
    );

    // Outputs of the EKS resource inside, not of the component around it: what uses them then depends on that
    // very resource, which holds even when the engine goes on after an error.
    this.clusterName = cluster.eksCluster.name;
    this.clusterArn = cluster.eksCluster.arn;
    this.endpoint = cluster.eksCluster.endpoint;
    this.kubernetesVersion = cluster.eksCluster.version;
    this.kubeconfig = pulumi.secret(cluster.kubeconfigJson);
    this.securityGroupId = cluster.clusterSecurityGroupId;
    this.oidcProviderArn = cluster.oidcProviderArn;
    this.oidcIssuerUrl = cluster.oidcProviderUrl;
    const inCluster: kubernetes.ProviderArgs = {
      kubeconfig: this.kubeconfig,
      // Of a cluster that was replaced nothing is left to update: the endpoint differs then, the name and
      // the ARN do not. Without an identifier any change of the kubeconfig counts as another cluster.
      clusterIdentifier: this.endpoint,
      // A destroy that was given up has let go of objects that are still there: the next `up` takes them back.
      upsertExistingObjects: true,
      // Another token goes into the same secret, so that nothing is ever without one.
      enableSecretMutable: true,
    };
    this.provider = new kubernetes.Provider(`${name}-kubernetes`, inCluster, {
      ...child,
      transformations: [onlyInputs(inCluster)],
    });
    this.inside = { provider: this.provider, deletedWith: cluster };
    this.registerOutputs({
      clusterName: this.clusterName,
      clusterArn: this.clusterArn,
      endpoint: this.endpoint,
      kubernetesVersion: this.kubernetesVersion,
      kubeconfig: this.kubeconfig,
      securityGroupId: this.securityGroupId,
      oidcProviderArn: this.oidcProviderArn,
      oidcIssuerUrl: this.oidcIssuerUrl,
    });
  }
}

/**
 * Turns off what `@pulumi/eks` would add. Nodes and add-ons are components of their own: those of
 * `@pulumi/eks` keep add-ons running after their deletion and order nothing before the nodes.
 * `corednsAddonOptions` stays unset, for any value of it turns coredns on.
 */
const withoutDefaults = {
  skipDefaultNodeGroup: true,
  skipDefaultSecurityGroups: true,
  useDefaultVpcCni: true,
  kubeProxyAddonOptions: { enabled: false },
  bootstrapSelfManagedAddons: false,
  // Unset, the AWS profile of whoever runs this goes into the kubeconfig of its own Kubernetes provider, and so into
  // the state: everybody with another one would see a change.
  providerCredentialOpts: {},
} satisfies eks.ClusterArgs;

function endpointAccess(publicCidrs: readonly string[]): Partial<eks.ClusterArgs> {
  const endpointPublicAccess = publicCidrs.length > 0;
  return {
    endpointPrivateAccess: true,
    endpointPublicAccess,
    ...(endpointPublicAccess ? { publicAccessCidrs: [...publicCidrs] } : {}),
  };
}
