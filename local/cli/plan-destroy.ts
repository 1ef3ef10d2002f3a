import path from "node:path";
import { engineReports } from "../engine/environment.ts";
import { stateFolder } from "../folders.ts";
import { extraArguments, userCommand } from "./user-command.ts";

/** `make plan-destroy`: the plan on the terminal, and as a page beside the receipts. */
export async function planDestroyLocally(stack: string): Promise<void> {
  const page = path.join(engineReports(stateFolder), `${stack}-plan.html`);
  await userCommand("plan-destroy", [stack, "--html", page, ...extraArguments()]);
}
