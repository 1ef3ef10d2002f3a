/** The commands behind the Makefile's targets. */
import { UserError } from "../user-error.ts";
import {
  checkoutArguments,
  extraArguments,
  required,
  upgradeArguments,
  userCommand,
} from "./user-command.ts";

/** Loaded when it is called: all of them together take longer to load than some of them take to run. */
const commands = new Map<string, (stack: string) => Promise<void>>(
  Object.entries({
    sandbox: async (stack) => (await import("./sandbox.ts")).sandbox(stack),
    destroy: async (stack) => (await import("./destroy.ts")).destroy(stack),
    status: async () => (await import("./status.ts")).status(),
    env: async () => (await import("./env.ts")).printEnvironment(),
    "plan-destroy": async (stack) => (await import("./plan-destroy.ts")).planDestroyLocally(stack),
    align: () => userCommand("align", extraArguments()),
    expired: async () => (await import("./expired.ts")).expiredLocally(),
    "upgrade-check": (stack) => userCommand("upgrade-check", upgradeArguments(stack)),
    guard: () => userCommand("guard", [...required("CHECKOUT", "../platform"), ...extraArguments()]),
    environments: () => userCommand("environments", extraArguments()),
    promote: (stack) => userCommand("promote", [stack, ...checkoutArguments(), ...extraArguments()]),
    "publish-artifact": () =>
      userCommand("publish-artifact", [
        ...required("VERSION", "0.0.1"),
        ...checkoutArguments(),
        ...extraArguments(),
      ]),
    down: async () => (await import("./down.ts")).down(),
    tools: async () => (await import("../tools/setup.ts")).setUpTools(),
    prove: async (stack) => (await import("./prove.ts")).proveSandbox(stack),
  }),
);

const name = process.argv[2] ?? "";
const command = commands.get(name);
try {
  if (!command) {
    throw new UserError(
      `There is no command ${JSON.stringify(name)}.`,
      `Use one of: ${[...commands.keys()].join(", ")}.`,
    );
  }
  await command(process.env["STACK"] ?? "sandbox-a");
} catch (error) {
  if (!(error instanceof Error)) throw error;
  console.error(`\nerror: ${error.message}`);
  const details = error instanceof UserError ? error.details : error.name === "UserError" ? "" : error.stack;
  if (details) console.error(`\n${details}`);
  process.exitCode = 1;
}
