import { stateFolder } from "../folders.ts";
import { stopPlatform } from "../platform/stop.ts";

/** Stops what the platform started and forgets what it held: its AWS account and the stacks in it. */
export async function down(): Promise<void> {
  const stopped = await stopPlatform(stateFolder);
  console.log(
    stopped === 0
      ? "The local platform is not running; nothing to stop."
      : `The local platform is down: ${stopped} processes stopped, its AWS account and stacks are gone.`,
  );
}
