/** How the engineer's git logs in to the local github.com. */
import type { PlatformInfo } from "../platform/info.ts";

export const platformRepository = "https://github.com/acme/platform.git";

/** The token is in the environment and not in the address, which the error of a git that fails would show. */
export function engineerGit({ internet, engineerToken }: PlatformInfo): Record<string, string> {
  const login = Buffer.from(`engineer:${engineerToken}`).toString("base64");
  return {
    ...internet,
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: "http.extraHeader",
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${login}`,
  };
}
