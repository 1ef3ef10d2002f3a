/** Which role the pods of a service account get: by pod identity, where its agent runs, else by the role of an add-on. */
import type { ClusterRecord } from "./context.ts";

/** The add-ons' own accounts. */
const accounts: Readonly<Record<string, string>> = {
  "kube-system/aws-node": "vpc-cni",
  "kube-system/ebs-csi-controller-sa": "aws-ebs-csi-driver",
};

/** ARN of the role; undefined where the pods have but what their node has. */
export function podRole(record: ClusterRecord, namespace: string, account: string): string | undefined {
  const found = [...record.associations.values()].find(
    ({ association, deleted }) =>
      association.namespace === namespace && association.serviceAccount === account && !deleted,
  );
  const agent = record.software.has("eks-pod-identity-agent");
  const addon = record.addons.get(accounts[`${namespace}/${account}`] ?? "");
  return (agent ? found?.association.roleArn : undefined) ?? addon?.serviceAccountRoleArn;
}
