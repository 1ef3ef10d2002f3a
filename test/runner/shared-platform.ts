/** The platform that suites of one run share, with Development on it. It starts when the first of them needs it. */
import { sharedFolderVariable, TestPlatform } from "../support/test-platform.ts";

export class SharedPlatform {
  #platform: Promise<TestPlatform> | undefined;
  #development: Promise<unknown> | undefined;
  #stopping: Promise<void> | undefined;

  /**
   * What leads a suite's process to it.
   * @throws {Error} if it does not start, or Development does not come up on it.
   */
  async environment(): Promise<Readonly<Record<string, string>>> {
    this.#platform ??= TestPlatform.start();
    const platform = await this.#platform;
    this.#development ??= platform.succeed("up", "development");
    await this.#development;
    return { [sharedFolderVariable]: platform.stateFolder };
  }

  /** Ends it with all that is on it, also in the middle of its start; does nothing if no suite needed it. */
  stop(): Promise<void> {
    return (this.#stopping ??= this.#stop());
  }

  async #stop(): Promise<void> {
    const platform = await this.#platform?.catch(() => undefined);
    await platform?.stop();
    await this.#development?.catch(() => undefined);
  }
}
