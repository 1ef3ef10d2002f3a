/** The engine's home on the local platform: the user's plugins, and nothing that outlasts the platform. */
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";

/** Read before the engine's environment is put into this process's own. */
const usersHome = process.env["PULUMI_HOME"] ?? path.join(homedir(), ".pulumi");

/**
 * Makes the home in a state folder unless it is there.
 *
 * The engine writes a debug log of several MB a run into the folder `logs` of its home, whatever it is asked (pulumi 3.250,
 * pkg/logging), and keeps it for a week; a preview takes a sixth more processor time for it. Where the engine cannot make that folder it
 * goes on without the log, so a file stands in its place.
 */
export async function pulumiHome(stateFolder: string): Promise<string> {
  const home = path.join(stateFolder, "pulumi-home");
  await mkdir(home, { recursive: true });
  await writeFile(path.join(home, "logs"), "", { flag: "a" });
  const plugins = path.join(usersHome, "plugins");
  // What is installed on the local platform is there without it, too.
  await mkdir(plugins, { recursive: true });
  await symlink(plugins, path.join(home, "plugins")).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  });
  return home;
}
