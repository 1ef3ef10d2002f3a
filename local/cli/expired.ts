/** `make expired`: `npm run expired` on the local platform, where a destroy is that of `make destroy`. */
import path from "node:path";
import { execa } from "execa";
import { checkout } from "../folders.ts";
import { load, outlive, type DestroyStack } from "../product.ts";
import { extraArguments, platformEnvironment } from "./user-command.ts";

const main = path.join(checkout, "local", "cli", "main.ts");

/** A process of its own, for each engine has providers of its own. */
const destroyLocally: DestroyStack = async (stack, alone) => {
  const inTerminal = process.stdin.isTTY && alone;
  const running = execa(process.execPath, ["--disable-warning=ExperimentalWarning", main, "destroy"], {
    cwd: checkout,
    env: { STACK: stack },
    stdio: alone ? "inherit" : ["ignore", "pipe", "pipe"],
    buffer: false,
    detached: !inTerminal,
    forceKillAfterDelay: false,
    reject: false,
  });
  if (!alone) (await load.prefixLines()).prefixLines(running, stack);
  const { result, interrupted } = await outlive(running, inTerminal);
  return { exitCode: result.exitCode ?? 1, interrupted };
};

export async function expiredLocally(): Promise<void> {
  const [{ expired }, { PulumiCli }] = await Promise.all([load.expired(), load.pulumiCli()]);
  const pulumi = new PulumiCli(checkout, await platformEnvironment());
  await expired(extraArguments(), pulumi, destroyLocally, new Date());
}
