import assert from "node:assert/strict";
import { resolveAddonVersions } from "../../components/addon-versions.ts";
import { coreAddons } from "../../src/addons.ts";
import { awsMocks } from "../support/aws-mocks.ts";
import { versions, wholeCluster } from "../support/environment.ts";
import { record, type Shape } from "../support/registrations.ts";

const cluster = ["aws:eks/cluster:Cluster kube-eksCluster", "eks:index:Cluster kube"];
const nodes = ["aws:ec2/launchTemplate:LaunchTemplate pool", "aws:eks/nodeGroup:NodeGroup pool"];

interface Identified {
  readonly identity: string;
  readonly policy: string;
  readonly serviceAccount: string;
}

const cni: Identified = {
  identity: "system-vpc-cni",
  policy: "AmazonEKS_CNI_Policy",
  serviceAccount: "aws-node",
};
const ebs: Identified = {
  identity: "workload-ebs-csi",
  policy: "service-role/AmazonEBSCSIDriverPolicy",
  serviceAccount: "ebs-csi-controller-sa",
};

function identityLabels({ identity, policy }: Identified): [string, string, string] {
  return [
    `aws:iam/role:Role ${identity}-role`,
    `aws:iam/rolePolicyAttachment:RolePolicyAttachment ${identity}-${policy.split("/").at(-1) ?? ""}`,
    `aws:eks/podIdentityAssociation:PodIdentityAssociation ${identity}`,
  ];
}

function addonShape(
  component: string,
  addonName: keyof typeof versions,
  dependencies: readonly string[],
  configuration?: object,
): Record<string, Shape> {
  return {
    [`aws:eks/addon:Addon ${component}-${addonName}`]: [
      {
        clusterName: "sandbox-a",
        addonName,
        addonVersion: versions[addonName],
        resolveConflictsOnCreate: "OVERWRITE",
        resolveConflictsOnUpdate: "OVERWRITE",
        preserve: false,
        ...(configuration === undefined ? {} : { configurationValues: JSON.stringify(configuration) }),
      },
      [...cluster, ...dependencies].sort(),
    ],
  };
}

describe("CoreAddons", () => {
  it("installs before the nodes what a node needs to become ready", async () => {
    const { registrations } = await record(awsMocks, wholeCluster);
    assert.deepEqual(registrations.shapeOf("sdlc:addons:CoreAddons system"), {
      "sdlc:addons:PodIdentity system-vpc-cni": [{}, []],
      ...addonShape("system", "vpc-cni", identityLabels(cni), {
        env: { ADDITIONAL_ENI_TAGS: JSON.stringify({ stack: "sandbox-a" }) },
      }),
      ...addonShape("system", "kube-proxy", identityLabels(cni)),
      ...addonShape("system", "eks-pod-identity-agent", identityLabels(cni)),
    });
  });

  it("installs after the nodes what runs on them", async () => {
    const { registrations } = await record(awsMocks, wholeCluster);
    assert.deepEqual(registrations.shapeOf("sdlc:addons:CoreAddons workload"), {
      "sdlc:addons:PodIdentity workload-ebs-csi": [{}, []],
      ...addonShape("workload", "coredns", [...identityLabels(ebs), ...nodes]),
      ...addonShape("workload", "aws-ebs-csi-driver", [...identityLabels(ebs), ...nodes], {
        controller: { extraVolumeTags: { stack: "sandbox-a" } },
      }),
    });
  });

  for (const identified of [cni, ebs]) {
    it(`gives ${identified.serviceAccount} its own role, complete before pods can ask for it`, async () => {
      const { registrations } = await record(awsMocks, wholeCluster);
      const { identity, policy, serviceAccount } = identified;
      const [role, attachment, association] = identityLabels(identified);
      assert.deepEqual(registrations.shapeOf(`sdlc:addons:PodIdentity ${identity}`), {
        [role]: [
          {
            assumeRolePolicy: JSON.stringify({
              Version: "2012-10-17",
              Statement: [
                {
                  Effect: "Allow",
                  Principal: { Service: "pods.eks.amazonaws.com" },
                  Action: ["sts:AssumeRole", "sts:TagSession"],
                },
              ],
            }),
            forceDetachPolicies: true,
          },
          [],
        ],
        [attachment]: [
          { role: `${identity}-role-1234567`, policyArn: `arn:aws:iam::aws:policy/${policy}` },
          [role],
        ],
        [association]: [
          {
            clusterName: "sandbox-a",
            namespace: "kube-system",
            serviceAccount,
            roleArn: `arn:${identity}-role`,
          },
          [...cluster, role, attachment].sort(),
        ],
      });
    });
  }
});

describe("resolveAddonVersions", () => {
  it("asks AWS for its default, and only where nothing is decided", async () => {
    const { outputs, calls } = await record(awsMocks, () =>
      resolveAddonVersions("1.35", { coredns: "v1.12.4-eksbuild.1" }, {}),
    );
    assert.deepEqual(outputs, {
      "vpc-cni": "default vpc-cni for 1.35",
      "kube-proxy": "default kube-proxy for 1.35",
      "eks-pod-identity-agent": "default eks-pod-identity-agent for 1.35",
      coredns: "v1.12.4-eksbuild.1",
      "aws-ebs-csi-driver": "default aws-ebs-csi-driver for 1.35",
    });
    assert.deepEqual(
      calls.map(({ inputs }) => inputs),
      coreAddons
        .filter(({ name }) => name !== "coredns")
        .map(({ name }) => ({ addonName: name, kubernetesVersion: "1.35", mostRecent: false })),
    );
  });
});
