import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

export interface SecretsEncryptionSettings {
  /** How long AWS keeps the key after a destroy before it is gone, in days: 7 to 30. */
  readonly keyDeletionWindowDays: number;
}

/**
 * The key with which EKS encrypts Kubernetes secrets. It cannot be exchanged or taken away once the cluster
 * has it, and its deletion is only ever scheduled: it is what a destroy leaves on purpose.
 */
export function secretsEncryptionKey(
  name: string,
  clusterName: string,
  settings: SecretsEncryptionSettings,
  opts: pulumi.CustomResourceOptions,
): aws.kms.Key {
  const key = new aws.kms.Key(
    `${name}-secrets`,
    {
      description: `Kubernetes secrets of the EKS cluster ${clusterName}`,
      deletionWindowInDays: settings.keyDeletionWindowDays,
      enableKeyRotation: true,
    },
    opts,
  );
  new aws.kms.Alias(
    `${name}-secrets`,
    { name: `alias/eks/${clusterName}/secrets`, targetKeyId: key.keyId },
    opts,
  );
  return key;
}
