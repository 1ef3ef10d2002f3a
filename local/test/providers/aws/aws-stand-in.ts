/** The AWS stand-in, served in this process to one engine run after the other, against the strict gateway. */
import { awsProvider } from "../../../providers/aws/provider.ts";
import { serveStandIn } from "../../../providers/serve.ts";
import { user, type Platform } from "../../gateway/platform.ts";
import { EngineProject, type EngineRun } from "../engine-project.ts";

export class AwsStandIn {
  #project: EngineProject | undefined;
  readonly #before = { ...process.env };

  async start({ gateway }: Platform): Promise<EngineProject> {
    const environment = {
      AWS_ENDPOINT_URL: gateway.url,
      AWS_ACCESS_KEY_ID: user.accessKeyId,
      AWS_SECRET_ACCESS_KEY: user.secretAccessKey,
    };
    Object.assign(process.env, environment);
    this.#project = await EngineProject.create(environment);
    return this.#project;
  }

  async run(
    command: "preview" | "up" | "refresh" | "destroy",
    meanwhile?: (interrupt: () => void) => Promise<void>,
  ): Promise<EngineRun> {
    if (!this.#project) throw new Error("start() was not called");
    const provider = await serveStandIn(awsProvider);
    try {
      return await this.#project.run(command, [provider], meanwhile);
    } finally {
      provider.close();
    }
  }

  async stop(): Promise<void> {
    process.env = this.#before;
    await this.#project?.remove();
  }
}
