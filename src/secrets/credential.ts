/** How Flux logs in at a source, and which ways a source's address takes. */

/** A value that must not be shown: given with the settings, or kept in AWS Secrets Manager. */
export type SecretValue =
  | string
  | {
      /** Name or ARN of the secret. */
      readonly awsSecret: string;
      /** The property to take where the secret holds JSON. */
      readonly key?: string | undefined;
    };

/** `Value` is text once the references to AWS Secrets Manager are resolved. */
export type Credential<Value = string> =
  | { readonly type: "token"; readonly token: Value }
  | { readonly type: "basic"; readonly username: string; readonly password: Value }
  | {
      readonly type: "ssh";
      readonly privateKey: Value;
      /** Lines of a `known_hosts` file: Flux trusts no other host. */
      readonly knownHosts: string;
      /** Registers the public half at GitHub, for reading. */
      readonly deployKey: boolean;
    }
  | {
      readonly type: "github-app";
      readonly appId: string;
      readonly installationId: string;
      readonly privateKey: Value;
    }
  | {
      readonly type: "registry";
      /** Host of the registry, such as `ghcr.io`. */
      readonly server: string;
      readonly username: string;
      readonly password: Value;
    };

export type CredentialType = Credential["type"];

const takenBy: Readonly<Record<"https" | "ssh" | "oci", readonly CredentialType[]>> = {
  https: ["token", "basic", "github-app"],
  ssh: ["ssh"],
  oci: ["registry"],
};

/** Why a source at `url` cannot log in so, in words that follow "which"; undefined if it can. */
export function credentialFault(type: CredentialType, url: string): string | undefined {
  const scheme = Object.keys(takenBy).find((name) => url.startsWith(`${name}://`)) as
    keyof typeof takenBy | undefined;
  if (scheme === undefined || takenBy[scheme].includes(type)) return undefined;
  return `does not open ${url}: ${scheme}:// takes ${takenBy[scheme].join(", ")}`;
}

/** Every secret value of a credential, by the name of its property. */
export function secretValues<Value>(credential: Credential<Value>): Readonly<Record<string, Value>> {
  switch (credential.type) {
    case "token":
      return { token: credential.token };
    case "basic":
    case "registry":
      return { password: credential.password };
    case "ssh":
    case "github-app":
      return { privateKey: credential.privateKey };
  }
}
