/** The kubeconfig of an EKS cluster: a token from the aws CLI, never one that is stored. */
export interface KubeconfigSource {
  readonly clusterName: string;
  readonly region: string;
  readonly endpoint: string;
  /** PEM in base64. */
  readonly certificateAuthority: string;
  readonly roleArn?: string | undefined;
  /** AWS profile to take credentials from; it stands in the command, where the environment cannot override it. */
  readonly profileName?: string | undefined;
}

export function kubeconfig(source: KubeconfigSource): Record<string, unknown> {
  const { clusterName, region, endpoint, certificateAuthority, roleArn, profileName } = source;
  const args = ["--region", region, "eks", "get-token", "--cluster-name", clusterName, "--output", "json"];
  if (roleArn) args.push("--role", roleArn);
  if (profileName) args.push("--profile", profileName);
  const apiVersion = "client.authentication.k8s.io/v1beta1";
  const env = [{ name: "KUBERNETES_EXEC_INFO", value: `{"apiVersion": "${apiVersion}"}` }];
  return {
    apiVersion: "v1",
    clusters: [
      {
        cluster: { server: endpoint, "certificate-authority-data": certificateAuthority },
        name: "kubernetes",
      },
    ],
    contexts: [{ context: { cluster: "kubernetes", user: "aws" }, name: "aws" }],
    "current-context": "aws",
    kind: "Config",
    users: [{ name: "aws", user: { exec: { apiVersion, command: "aws", args, env } } }],
  };
}
