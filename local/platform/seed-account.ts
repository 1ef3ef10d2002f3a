/** What an account has before its first `up`, because docs/aws.md asks a person for it. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { CreatePolicyCommand } from "@aws-sdk/client-iam";
import type { MotoClients } from "../gateway/account.ts";
import { load } from "../product.ts";

const documents = path.join(import.meta.dirname, "../../docs");

/** Makes the permissions boundary of all roles, as `aws iam create-policy` of docs/aws.md does. */
export async function seedAccount({ iam }: MotoClients): Promise<void> {
  const { permissionsBoundary } = await load.permissionsBoundary();
  await iam.send(
    new CreatePolicyCommand({
      PolicyName: permissionsBoundary.defaultName,
      PolicyDocument: await readFile(path.join(documents, "aws-boundary.json"), "utf8"),
    }),
  );
}
