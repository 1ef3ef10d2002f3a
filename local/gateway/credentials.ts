/** The access keys that the gateway accepts. */
import type { Caller } from "./types.ts";

export interface Credential {
  readonly secret: string;
  /** Of temporary credentials: every request must carry it. */
  readonly sessionToken?: string;
  /** From then on AWS answers that the token is expired. */
  readonly expires?: Date;
  readonly caller: Caller;
}

export class CredentialStore {
  readonly #credentials = new Map<string, Credential>();

  /** Adds or replaces the credential of `credential.caller.accessKeyId`. */
  add(credential: Credential): this {
    this.#credentials.set(credential.caller.accessKeyId, credential);
    return this;
  }

  get(accessKeyId: string): Credential | undefined {
    return this.#credentials.get(accessKeyId);
  }

  /** Sets when a key expires, or that it never does; all keys if none is named. Returns how many it changed. */
  setExpiry(expires: Date | undefined, accessKeyId?: string): number {
    const chosen = [...this.#credentials.values()].filter(
      ({ caller }) => accessKeyId === undefined || caller.accessKeyId === accessKeyId,
    );
    for (const { secret, sessionToken, caller } of chosen) {
      this.add({ secret, caller, ...(sessionToken && { sessionToken }), ...(expires && { expires }) });
    }
    return chosen.length;
  }
}
