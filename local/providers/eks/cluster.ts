/** `eks:index:Cluster` of @pulumi/eks 4.3: the children, names, defaults and outputs of the real component. */
import * as aws from "@pulumi/aws";
import * as kubernetes from "@pulumi/kubernetes";
import { ComponentResource, Config, all, jsonStringify, log, output, runtime } from "@pulumi/pulumi";
import type { ComponentResourceOptions, Inputs, Output } from "@pulumi/pulumi";
import { accessEntries, nodeAccess } from "./access.ts";
import { VpcCniAddon, clusterAddons } from "./addons.ts";
import { clusterArguments, usesAccessEntries, usesConfigMap } from "./arguments.ts";
import type { ClusterArguments } from "./arguments.ts";
import { answersHealthz } from "./healthz.ts";
import { kubeconfig } from "./kubeconfig.ts";
import { clusterSecurityGroup, nodeSecurityGroup } from "./security-groups.ts";
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
    const mode = args.authenticationMode;
    const vpcId = output(args.vpcId).apply((id) => id ?? "");

    const partition = aws.getPartitionOutput({}, child).partition;
    const ownRole = args.serviceRole
      ? undefined
      : new ServiceRole(
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
    const role = output(args.serviceRole ?? ownRole?.role) as Output<aws.iam.Role>;
    const group = this.#clusterGroup(name, args, vpcId);
    const cluster = this.#controlPlane(name, args, role, group, ownRole);
    clusterAddons(name, args, cluster, this);

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
      {
        kubeconfig: jsonStringify(this.#kubeconfig(args, cluster, endpoint, true)),
        ...(args.enableConfigMapMutable !== undefined && {
          enableConfigMapMutable: args.enableConfigMapMutable,
        }),
      },
      child,
    );
    const instanceRoles = output(args.instanceRoles ?? []) as unknown as Output<aws.iam.Role[]>;
    const configMap = usesConfigMap(mode) ? nodeAccess(name, args, instanceRoles, provider, this) : undefined;
    const entries = usesAccessEntries(mode) ? accessEntries(name, args, cluster, this) : [];
    const vpcCni = args.useDefaultVpcCni
      ? undefined
      : new VpcCniAddon(`${name}-vpc-cni`, args.vpcCniOptions ?? {}, cluster, args.tags, {
          parent: this,
          dependsOn: [...entries, ...(configMap ? [configMap] : [])],
        });
    const issuer = cluster.identities.apply(([identity]) => identity?.oidcs[0]?.issuer ?? "");
    const oidcProvider = args.createOidcProvider
      ? new aws.iam.OpenIdConnectProvider(
          `${name}-oidcProvider`,
          { clientIdLists: ["sts.amazonaws.com"], url: issuer, thumbprintLists: [issuerThumbprint] },
          child,
        )
      : undefined;
    const nodes =
      group && !args.skipDefaultSecurityGroups
        ? nodeSecurityGroup(name, vpcId, output(group).id, cluster.name, this.#nodeTags(args), this)
        : undefined;

    const own = cluster.vpcConfig.clusterSecurityGroupId;
    this.state = {
      autoModeNodeRoleName: "",
      clusterIngressRuleId: nodes?.clusterIngressRule.securityGroupRuleId ?? "",
      clusterSecurityGroup: group,
      clusterSecurityGroupId: group ? output(group).id : own,
      core: {
        accessEntries: Object.values(args.accessEntries ?? {}),
        cluster,
        clusterIamRole: role,
        clusterSecurityGroup: group,
        eksNodeAccess: configMap,
        encryptionConfig: encryptionConfig(args),
        endpoint,
        instanceRoles,
        kubeconfig: forUsers,
        nodeGroupOptions: {
          version: args.version,
          nodeSecurityGroup: nodes?.group,
          clusterIngressRule: nodes?.clusterIngressRule,
        },
        nodeSecurityGroupTags: args.nodeSecurityGroupTags,
        oidcProvider,
        privateSubnetIds: args.privateSubnetIds,
        provider,
        publicSubnetIds: args.publicSubnetIds,
        storageClasses: {},
        subnetIds: subnetsOf(args),
        tags: args.tags,
        vpcCni,
        vpcId,
      },
      defaultNodeGroup: undefined,
      defaultNodeGroupAsgName: "",
      eksCluster: cluster,
      eksClusterIngressRule: nodes?.clusterIngressRule,
      fargateProfileId: "",
      fargateProfileStatus: "",
      instanceRoles,
      kubeconfig: forUsers,
      kubeconfigJson: jsonStringify(forUsers),
      nodeSecurityGroup: nodes?.group,
      nodeSecurityGroupId: nodes?.group.id ?? own,
      oidcIssuer: issuer.apply((url) => url.replace("https://", "")),
      oidcProviderArn: oidcProvider?.arn ?? "",
      oidcProviderUrl: issuer,
    };
    this.registerOutputs(this.state);
  }

  #clusterGroup(
    name: string,
    args: ClusterArguments,
    vpcId: Output<string>,
  ): ClusterArguments["clusterSecurityGroup"] {
    if (args.clusterSecurityGroup || args.skipDefaultSecurityGroups) return args.clusterSecurityGroup;
    const tags = all([args.tags ?? {}, args.clusterSecurityGroupTags ?? {}]).apply(([common, own]) => ({
      Name: `${name}-eksClusterSecurityGroup`,
      ...own,
      ...common,
    }));
    return clusterSecurityGroup(name, vpcId, tags, this);
  }

  #nodeTags(args: ClusterArguments): Output<Record<string, string>> {
    return all([args.tags ?? {}, args.nodeSecurityGroupTags ?? {}]).apply(([common, own]) => ({
      ...own,
      ...common,
    }));
  }

  #controlPlane(
    name: string,
    args: ClusterArguments,
    role: Output<aws.iam.Role>,
    group: ClusterArguments["clusterSecurityGroup"],
    ownRole: ServiceRole | undefined,
  ): aws.eks.Cluster {
    const { kubernetesServiceIpAddressRange: range, ipFamily, authenticationMode } = args;
    const publicAccessCidrs = all([args.publicAccessCidrs ?? [], args.endpointPublicAccess ?? true]).apply(
      ([cidrs, isPublic]) => {
        if (!isPublic)
          throw new Error("`publicAccessCidrs` can only be set when `endpointPublicAccess` is true");
        return cidrs;
      },
    );
    const network = all([range, ipFamily ?? "ipv4"]).apply(([serviceIpv4Cidr, family]) => ({
      ...(family === "ipv4" && serviceIpv4Cidr !== undefined && { serviceIpv4Cidr }),
      ipFamily: family,
    }));
    const encryption = encryptionConfig(args);
    const clusterArgs = {
      name: args.name,
      roleArn: role.arn,
      version: args.version,
      bootstrapSelfManagedAddons: args.bootstrapSelfManagedAddons ?? true,
      vpcConfig: {
        subnetIds: subnetsOf(args),
        ...(group && { securityGroupIds: [output(group).id] }),
        ...defined({
          endpointPrivateAccess: args.endpointPrivateAccess,
          endpointPublicAccess: args.endpointPublicAccess,
          publicAccessCidrs: args.publicAccessCidrs && publicAccessCidrs,
        }),
      },
      kubernetesNetworkConfig: range !== undefined || ipFamily !== undefined ? network : undefined,
      enabledClusterLogTypes: args.enabledClusterLogTypes,
      encryptionConfig: encryption,
      accessConfig: authenticationMode && {
        authenticationMode,
        bootstrapClusterCreatorAdminPermissions: true,
      },
      upgradePolicy: args.upgradePolicy,
      deletionProtection: args.deletionProtection,
      tags: all([args.tags ?? {}, args.clusterTags ?? {}]).apply(([common, own]) => ({
        Name: `${name}-eksCluster`,
        ...own,
        ...common,
      })),
    };
    return new aws.eks.Cluster(`${name}-eksCluster`, defined(clusterArgs), {
      parent: this,
      // Both count at creation only.
      ignoreChanges: ["accessConfig.bootstrapClusterCreatorAdminPermissions", "bootstrapSelfManagedAddons"],
      dependsOn: ownRole ? [ownRole.readyRole] : [],
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

function subnetsOf(args: ClusterArguments): Output<string[]> {
  if (args.subnetIds !== undefined) return output(args.subnetIds);
  return all([args.publicSubnetIds ?? [], args.privateSubnetIds ?? []]).apply((lists) => lists.flat());
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
