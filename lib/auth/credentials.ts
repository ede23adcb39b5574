/**
 * Who may connect: every caller has a credential of its own, and the credential says who it is.
 *
 * @module
 */

import type { Grant } from "./grant.ts";
import { createCredential, type Credential, digestKey, SecretDigest } from "./token.ts";

/** Whose request it is. */
export interface Caller {
  /** `page`: the app's own pages; `backend`: whoever read the exported auth info. */
  readonly kind: "page" | "backend" | "extension";
  /** The extension, or the extension that a backend stands for. */
  readonly extensionId?: string;
  readonly grant: Grant;
}

/** One caller's credential. */
export class Identity {
  readonly caller: Caller;
  readonly credential: Credential;
  readonly #access: SecretDigest;

  constructor(caller: Caller) {
    this.caller = caller;
    this.credential = createCredential();
    this.#access = new SecretDigest(this.credential.accessToken);
  }

  /** Whether `token` is this identity's access token. */
  owns(token: string): boolean {
    return this.#access.matches(token);
  }
}

/**
 * The check of every request of one connection. The first request is compared by hash; a text that
 * has proven itself is then compared directly, which can tell its sender only what it sent itself.
 */
export class AccessProof {
  readonly #identity: Identity;
  #proven: string | undefined;

  constructor(identity: Identity) {
    this.#identity = identity;
  }

  /** Whether the request that carries `token` is the identity's. */
  accepts(token: string): boolean {
    const repeated = this.#proven;
    // deno-lint-ignore outrigger/token-comparison
    if (repeated !== undefined && token === repeated) return true;
    if (!this.#identity.owns(token)) return false;
    this.#proven = token;
    return true;
  }
}

/** The identities of one host. */
export class Credentials {
  /** The token that pages get with the globals script. */
  readonly page: Identity;
  /** The token of `auth_info.json`. */
  readonly backend: Identity;
  readonly #extensions = new Map<string, Identity>();
  readonly #byConnectToken = new Map<string, Identity>();

  /** @param grant what the config allows every caller of this app */
  constructor(grant: Grant) {
    this.page = this.#register(new Identity({ kind: "page", grant }));
    this.backend = this.#register(new Identity({ kind: "backend", grant }));
  }

  /** A fresh identity for an extension; an earlier one of the same id is revoked. */
  issue(extensionId: string, grant: Grant): Identity {
    this.revoke(extensionId);
    const identity = this.#register(new Identity({ kind: "extension", extensionId, grant }));
    this.#extensions.set(extensionId, identity);
    return identity;
  }

  /** Ends an extension's credential: nobody can connect with it any more. */
  revoke(extensionId: string): void {
    const identity = this.#extensions.get(extensionId);
    if (identity === undefined) return;
    this.#extensions.delete(extensionId);
    this.#byConnectToken.delete(digestKey(identity.credential.connectToken));
  }

  /** The identity issued to an extension, if it has one now. */
  extension(extensionId: string): Identity | undefined {
    return this.#extensions.get(extensionId);
  }

  /** Whose connect token it is. */
  byConnectToken(connectToken: string): Identity | undefined {
    return this.#byConnectToken.get(digestKey(connectToken));
  }

  #register(identity: Identity): Identity {
    this.#byConnectToken.set(digestKey(identity.credential.connectToken), identity);
    return identity;
  }
}
