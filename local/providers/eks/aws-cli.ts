/** The component needs the aws CLI, because its kubeconfig runs `aws eks get-token`. */
import { execa } from "execa";
import semver from "semver";
import which from "which";

/** The oldest versions that answer with a token of `client.authentication.k8s.io/v1beta1`. */
const oldest = { 1: "1.24.0", 2: "2.7.0" } as const;

/** Throws where `aws` is not on PATH or too old. A plain destroy never comes here. */
export async function requireAwsCli(): Promise<void> {
  if ((await which("aws", { nothrow: true })) === null) {
    throw new Error(
      "Could not find aws CLI for EKS. Install it and put it on PATH: " +
        "https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html",
    );
  }
  const { stdout } = await execa("aws", ["--version"]);
  const version = semver.coerce(stdout.split(" ")[0]?.replace("aws-cli/", ""));
  const needed = version?.major === 1 ? oldest[1] : oldest[2];
  if (!version || semver.lt(version, needed)) {
    throw new Error(
      `At least v${needed} of aws-cli is required. Current version is: ${version?.version ?? stdout}.`,
    );
  }
}
