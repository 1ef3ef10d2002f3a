/** Stands for the official GitHub provider (@pulumi/github 6): real calls of the REST API, no state of its own. */
import { createRequire } from "node:module";
import type { StandIn, StandInHandler } from "../plumbing/stand-in.ts";
import { GitHub } from "./api.ts";
import { branch } from "./branch.ts";
import { deployKey } from "./deploy-key.ts";
import { functions } from "./functions.ts";
import { repositoryFile } from "./repository-file.ts";

const resources: Readonly<Record<string, StandInHandler<GitHub>>> = {
  Branch: branch,
  RepositoryDeployKey: deployKey,
  RepositoryFile: repositoryFile,
};

/** `Branch` of `github:index/branch:Branch`. */
const shortName = (token: string): string => token.split(":").at(-1) ?? token;

const { version } = createRequire(import.meta.url)("@pulumi/github/package.json") as { version: string };

export const githubProvider: StandIn<GitHub> = {
  package: "github",
  version,
  configure: (inputs) => {
    const { owner, baseUrl, ...given } = inputs as { owner?: string; token?: string; baseUrl?: string };
    // A default of the real provider's schema, which never gets into the provider's inputs.
    const token = given.token ?? process.env["GITHUB_TOKEN"];
    // The real provider asks whose token it is where no owner is named; nothing here leaves it open.
    if (owner === undefined)
      throw new Error("the local GitHub provider needs an owner: name one on the provider.");
    return Promise.resolve(new GitHub(owner, token, baseUrl ?? "https://api.github.com/"));
  },
  resources: (type) => resources[shortName(type)],
  functions: (token) => functions[shortName(token)],
};
