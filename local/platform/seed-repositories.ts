/** Puts the starter GitOps repository where the stack files say that it is, on the local github.com. */
import { glob, readFile } from "node:fs/promises";
import path from "node:path";
import { parseDocument } from "yaml";
import { checkout } from "../folders.ts";
import type { Internet } from "../internet/index.ts";
import { load } from "../product.ts";

export async function seedRepositories(internet: Internet): Promise<void> {
  const { parseRepositoryAddress } = await load.repositoryAddress();
  for await (const file of glob("Pulumi.*.yaml", { cwd: checkout })) {
    const stack = parseDocument(await readFile(path.join(checkout, file), "utf8"));
    const url: unknown = stack.getIn(["config", "kubernetes-sdlc:gitops", "url"]);
    const address = typeof url === "string" ? parseRepositoryAddress(url) : undefined;
    if (address?.host !== "github.com") continue;
    await internet.addRepository(address.owner, address.name, path.join(checkout, "gitops"));
  }
}
