import { secret } from "../../../product.ts";
import type { FunctionHandler } from "../../plumbing/stand-in.ts";
import type { Aws } from "../configuration.ts";

export const getSecretVersion: FunctionHandler<Aws> = async (
  { configuration: { secretsManager, region } },
  args,
) => {
  const text = (name: string): string | undefined =>
    typeof args[name] === "string" ? args[name] : undefined;
  const secretId = text("secretId") ?? "";
  const versionId = text("versionId");
  const versionStage = text("versionStage") ?? "AWSCURRENT";
  const found = await secretsManager.getSecretValue({
    SecretId: secretId,
    ...(versionId ? { VersionId: versionId } : { VersionStage: versionStage }),
  });
  return {
    id: `${secretId}|${versionId ?? versionStage}`,
    region,
    arn: found.ARN,
    secretArn: found.ARN,
    secretId,
    createdDate: found.CreatedDate?.toISOString(),
    secretString: secret(found.SecretString ?? ""),
    secretBinary: secret(found.SecretBinary ? Buffer.from(found.SecretBinary).toString("base64") : ""),
    versionId: found.VersionId,
    versionStage,
    versionStages: found.VersionStages ?? [],
  };
};
