/** The Kubernetes secret with which Flux logs in, in the keys that Flux reads for each way. */
import type { Credential } from "./credential.ts";

export interface SecretContent {
  readonly type: "Opaque" | "kubernetes.io/dockerconfigjson";
  /** In clear; the caller encodes it. */
  readonly data: Readonly<Record<string, string>>;
}

/** Source: Flux, "GitRepository: secret reference" and "OCIRepository: secret reference". */
export function repositorySecret(credential: Credential): SecretContent {
  switch (credential.type) {
    case "token":
      // GitHub and GitLab ignore the name beside a token, and refuse an empty one.
      return opaque({ username: "git", password: credential.token });
    case "basic":
      return opaque({ username: credential.username, password: credential.password });
    case "ssh":
      return opaque({ identity: line(credential.privateKey), known_hosts: line(credential.knownHosts) });
    case "github-app":
      return opaque({
        githubAppID: credential.appId,
        githubAppInstallationID: credential.installationId,
        githubAppPrivateKey: line(credential.privateKey),
      });
    case "registry": {
      const { server, username, password } = credential;
      const auth = Buffer.from(`${username}:${password}`).toString("base64");
      const config = JSON.stringify({ auths: { [server]: { username, password, auth } } });
      return { type: "kubernetes.io/dockerconfigjson", data: { ".dockerconfigjson": config } };
    }
  }
}

function opaque(data: SecretContent["data"]): SecretContent {
  return { type: "Opaque", data };
}

/** A key file without an end of line is no key for SSH, and is what `$(cat key)` makes of one. */
function line(text: string): string {
  return text.endsWith("\n") ? text : `${text}\n`;
}
