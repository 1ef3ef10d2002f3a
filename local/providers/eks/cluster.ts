/** `eks:index:Cluster` of @pulumi/eks 4.3: the children, names, defaults and outputs of the real component. */
import * as aws from "@pulumi/aws";
import * as kubernetes from "@pulumi/kubernetes";
import { ComponentResource, Config, all, jsonStringify, log, output, runtime } from "@pulumi/pulumi";
import type { ComponentResourceOptions, Inputs, Output } from "@pulumi/pulumi";
import { accessEntries } from "./access.ts";
import { clusterArguments } from "./arguments.ts";
import type { ClusterArguments } from "./arguments.ts";
import { answersHealthz } from "./healthz.ts";
import { kubeconfig } from "./kubeconfig.ts";
import { ServiceRole } from "./service-role.ts";

/**
 * SHA-1 of the root certificate above the issuers of EKS. The real component reads it from the issuer; AWS itself stopped
 * looking at it for issuers whose certificate a public authority signed.
 */
const issuerThumbprint = "9e99a48a9960b14926bb7f3b02e22da2b0ab7280";

export class Cluster extends ComponentResource {
  readonly state: Inputs;

  constructor(name: string, inputs: Inputs, options: ComponentResourceOptions) {
    // Refused before it is registered: what is refused shall not be in the state.
    const args = clusterArguments(inputs);
    super("eks:index:Cluster", name, inputs, options);
    const child = { parent: this };
    const partition = aws.getPartitionOutput({}, child).partition;
    const role = new ServiceRole(
      `${name}-eksRole`,
      {
        service: "eks.amazonaws.com",
        description: "Allows EKS to manage clusters on your behalf.",
        actions: ["sts:AssumeRole", "sts:TagSession"],
        policies: ["AmazonEKSClusterPolicy"],
        partition,
        tags: args.tags,
      },
      child,
    );
    const cluster = this.#controlPlane(name, args, role);

    const endpoint = output([cluster.endpoint, args.endpointPublicAccess] as const).apply(
      async ([url, isPublic]) => {
        // The real component waits for a public endpoint only.
        if (!runtime.isDryRun() && isPublic)
          await answersHealthz(url, (line) => log.info(line, cluster, undefined, true));
        return url;
      },
    );
    const forUsers = this.#kubeconfig(args, cluster, endpoint, false);
    const provider = new kubernetes.Provider(
      `${name}-eks-k8s`,
      { kubeconfig: jsonStringify(this.#kubeconfig(args, cluster, endpoint, true)) },
      child,
    );
    accessEntries(name, args, cluster, this);
    const issuer = cluster.identities.apply(([identity]) => identity?.oidcs[0]?.issuer ?? "");
    const oidcProvider = args.createOidcProvider
      ? new aws.iam.OpenIdConnectProvider(
          `${name}-oidcProvider`,
          { clientIdLists: ["sts.amazonaws.com"], url: issuer, thumbprintLists: [issuerThumbprint] },
          child,
        )
      : undefined;

    const own = cluster.vpcConfig.clusterSecurityGroupId;
    this.state = {
      autoModeNodeRoleName: "",
      clusterIngressRuleId: "",
      clusterSecurityGroupId: own,
      core: {
        accessEntries: Object.values(args.accessEntries ?? {}),
        cluster,
        clusterIamRole: role.role,
        encryptionConfig: encryptionConfig(args),
        endpoint,
        instanceRoles: [],
        kubeconfig: forUsers,
        nodeGroupOptions: { version: args.version },
        oidcProvider,
        provider,
        storageClasses: {},
        subnetIds: args.subnetIds,
        tags: args.tags,
        vpcId: args.vpcId,
      },
      defaultNodeGroupAsgName: "",
      eksCluster: cluster,
      fargateProfileId: "",
      fargateProfileStatus: "",
      instanceRoles: [],
      kubeconfig: forUsers,
      kubeconfigJson: jsonStringify(forUsers),
      nodeSecurityGroupId: own,
      oidcIssuer: issuer.apply((url) => url.replace("https://", "")),
      oidcProviderArn: oidcProvider?.arn ?? "",
      oidcProviderUrl: issuer,
    };
    this.registerOutputs(this.state);
  }

  #controlPlane(name: string, args: ClusterArguments, role: ServiceRole): aws.eks.Cluster {
    const { kubernetesServiceIpAddressRange: serviceIpv4Cidr, authenticationMode } = args;
    const publicAccessCidrs = all([args.publicAccessCidrs ?? [], args.endpointPublicAccess ?? true]).apply(
      ([cidrs, isPublic]) => {
        if (!isPublic)
          throw new Error("`publicAccessCidrs` can only be set when `endpointPublicAccess` is true");
        return cidrs;
      },
    );
    const encryption = encryptionConfig(args);
    const clusterArgs = {
      name: args.name,
      roleArn: role.role.arn,
      version: args.version,
      bootstrapSelfManagedAddons: args.bootstrapSelfManagedAddons ?? true,
      vpcConfig: {
        subnetIds: args.subnetIds ?? [],
        ...defined({
          endpointPrivateAccess: args.endpointPrivateAccess,
          endpointPublicAccess: args.endpointPublicAccess,
          publicAccessCidrs: args.publicAccessCidrs && publicAccessCidrs,
        }),
      },
      kubernetesNetworkConfig:
        serviceIpv4Cidr === undefined ? undefined : { serviceIpv4Cidr, ipFamily: "ipv4" },
      enabledClusterLogTypes: args.enabledClusterLogTypes,
      encryptionConfig: encryption,
      accessConfig: authenticationMode && {
        authenticationMode,
        bootstrapClusterCreatorAdminPermissions: true,
      },
      deletionProtection: args.deletionProtection,
      tags: output(args.tags ?? {}).apply((tags) => ({ Name: `${name}-eksCluster`, ...tags })),
    };
    return new aws.eks.Cluster(`${name}-eksCluster`, defined(clusterArgs), {
      parent: this,
      // Both count at creation only.
      ignoreChanges: ["accessConfig.bootstrapClusterCreatorAdminPermissions", "bootstrapSelfManagedAddons"],
      dependsOn: [role.readyRole],
    });
  }

  /** With the AWS profile only for the component's own provider: other people have other profiles. */
  #kubeconfig(
    args: ClusterArguments,
    cluster: aws.eks.Cluster,
    endpoint: Output<string>,
    withProfile: boolean,
  ): Output<Record<string, unknown>> {
    const ambient = process.env["AWS_PROFILE"] ?? new Config("aws").get("profile");
    const credentials = output(args.providerCredentialOpts ?? (ambient ? { profileName: ambient } : {}));
    return all([cluster.name, cluster.arn, endpoint, cluster.certificateAuthority, credentials]).apply(
      ([clusterName, arn, url, authority, { roleArn, profileName }]) =>
        kubeconfig({
          clusterName,
          region: arn.split(":")[3] ?? "",
          endpoint: url,
          certificateAuthority: authority.data,
          roleArn,
          profileName: withProfile ? profileName : undefined,
        }),
    );
  }
}

function encryptionConfig(args: ClusterArguments): aws.types.input.eks.ClusterEncryptionConfig | undefined {
  const keyArn = args.encryptionConfigKeyArn;
  return keyArn === undefined ? undefined : { provider: { keyArn }, resources: ["secrets"] };
}

function defined<T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
