/**
 * Tokens: how they are made and how they are compared.
 *
 * @module
 */

import { sha256 } from "@noble/hashes/sha2";

/**
 * What one caller proves itself with (contracts: Neutralino 5.1). The access token has the shape
 * `a.b`; the connect token is `b`, because the client library computes it so.
 */
export interface Credential {
  readonly accessToken: string;
  readonly connectToken: string;
}

const FIRST_HALF = 47;
const SECOND_HALF = 49;

/** A fresh credential of 282 and 294 independent random bits. */
export function createCredential(): Credential {
  const connectToken = randomText(SECOND_HALF);
  return { accessToken: `${randomText(FIRST_HALF)}.${connectToken}`, connectToken };
}

/** `length` characters of `[A-Za-z0-9_-]`, six random bits each. */
function randomText(length: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  let text = "";
  for (const byte of bytes) text += ALPHABET[byte & 63];
  return text;
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

/**
 * A stored secret that candidates are compared with: both are hashed first, so that the comparison
 * takes the same time for every candidate of a length and tells nothing of the secret.
 */
export class SecretDigest {
  readonly #digest: Uint8Array;

  constructor(secret: string) {
    this.#digest = digest(secret);
  }

  /** Whether `candidate`, of any length, is the secret. */
  matches(candidate: string): boolean {
    const other = digest(candidate);
    let difference = 0;
    for (let i = 0; i < other.length; i++) difference |= other[i]! ^ this.#digest[i]!;
    return difference === 0;
  }
}

/** A look-up key for a secret: its hash, so that a `Map` never compares the secret itself. */
export function digestKey(secret: string): string {
  return digest(secret).toHex();
}

const encoder = new TextEncoder();

function digest(secret: string): Uint8Array {
  return sha256(encoder.encode(secret));
}
