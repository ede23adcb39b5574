/**
 * Passwords as they are stored: salted and slow to guess (contracts: AirDC++ 18 #11).
 *
 * @module
 */

import { SecretDigest } from "../auth/token.ts";
import { ApiError } from "./api_error.ts";

/** What a password is compared with. */
interface Question {
  /** As it is stored, if there is any. */
  stored: string | undefined;
  account: string;
}

/** Settings of {@linkcode Passwords}. */
export interface PasswordOptions {
  /** Rounds of PBKDF2 for new passwords. Default 600,000, a tenth of a second and more. */
  iterations?: number;
}

const ITERATIONS = 600_000;
/** A stored count above is not worked off: it would take minutes. */
const MOST_ITERATIONS = 10_000_000;
const SALT_BYTES = 16;
const HASH_BITS = 256;
const STORED = /^pbkdf2-sha256\$(\d{1,8})\$([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+)$/;
/** Checks of one account that may wait; and work of all accounts. */
const MOST_OF_ONE = 2;
const MOST = 64;

const encoder = new TextEncoder();

/**
 * Makes and checks stored passwords, `pbkdf2-sha256$<iterations>$<salt>$<hash>` with base64. One is
 * worked on at a time, so that a flood of logins leaves the other processors alone, and few wait.
 */
export class Passwords {
  readonly #iterations: number;
  readonly #waiting = new Map<string, number>();
  /** Checks under way, by what is checked. */
  readonly #checks = new Map<string, Promise<boolean>>();
  #total = 0;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(options: PasswordOptions = {}) {
    this.#iterations = options.iterations ?? ITERATIONS;
  }

  /**
   * A password as it is to be stored.
   *
   * @throws {ApiError} 503 when too much work waits already
   */
  async encode(password: string): Promise<string> {
    if (this.#total >= MOST) throw new ApiError(503, "Too many passwords are being worked on");
    const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
    const hash = await this.#queued(() => derive(password, salt, this.#iterations));
    return `pbkdf2-sha256$${this.#iterations}$${salt.toBase64()}$${hash.toBase64()}`;
  }

  /**
   * Whether a password is the stored one. What is stored in another form is nobody's password; that
   * takes as long to find out, so that nobody learns which users there are. Equal questions at the
   * same time are one: clients with the right password send several requests at once.
   *
   * @param question.account whose turn it takes: one account cannot use up those of the others
   * @throws {ApiError} 401 when too many wait already
   */
  matches(password: string, question: Question): Promise<boolean> {
    const key = JSON.stringify([question.account, question.stored, password]);
    const same = this.#checks.get(key);
    if (same !== undefined) return same;
    const check = this.#check(password, question).finally(() => this.#checks.delete(key));
    this.#checks.set(key, check);
    return check;
  }

  async #check(password: string, { stored, account }: Question): Promise<boolean> {
    const parsed = STORED.exec(stored ?? "");
    const iterations = parsed === null ? this.#iterations : Number(parsed[1]);
    if (iterations < 1 || iterations > MOST_ITERATIONS) return false;
    let salt: Uint8Array<ArrayBuffer>;
    try {
      salt = parsed === null ? new Uint8Array(SALT_BYTES) : Uint8Array.fromBase64(parsed[2]!);
    } catch {
      return false;
    }
    const hash = await this.#ofAccount(account, () => derive(password, salt, iterations));
    return parsed !== null && new SecretDigest(parsed[3]!).matches(hash.toBase64());
  }

  async #ofAccount<T>(account: string, work: () => Promise<T>): Promise<T> {
    const own = this.#waiting.get(account) ?? 0;
    if (own >= MOST_OF_ONE || this.#total >= MOST) {
      throw new ApiError(401, "Too many login attempts, try again later");
    }
    this.#waiting.set(account, own + 1);
    try {
      return await this.#queued(work);
    } finally {
      const left = this.#waiting.get(account)! - 1;
      if (left === 0) this.#waiting.delete(account);
      else this.#waiting.set(account, left);
    }
  }

  #queued<T>(work: () => Promise<T>): Promise<T> {
    this.#total++;
    const result = this.#tail.then(work).finally(() => this.#total--);
    this.#tail = result.catch(() => {});
    return result;
  }
}

async function derive(
  password: string,
  salt: Uint8Array<ArrayBuffer>,
  iterations: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const key = await crypto.subtle.importKey("raw", encoder.encode(password), "PBKDF2", false, [
    "deriveBits",
  ]);
  const algorithm = { name: "PBKDF2", hash: "SHA-256", salt, iterations };
  return new Uint8Array(await crypto.subtle.deriveBits(algorithm, key, HASH_BITS));
}
