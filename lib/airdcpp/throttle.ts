/**
 * Slowing down those who guess (contracts: AirDC++ 9.2, 18 #14).
 *
 * @module
 */

/** Failures within the window after which attempts are refused. */
const MOST_FAILURES = 5;
const WINDOW_MS = 45_000;
/** The window doubles with every refusal up to this, so that nobody is locked out for ever. */
const LONGEST_WINDOW_MS = 360_000;
/** Failures of one address, whatever the account, after which its attempts have to wait. */
const FREE_FAILURES = 20;
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 2000;
const MOST_ENTRIES = 2048;

interface Entry {
  /** Times of the last failures, oldest first. */
  failures: number[];
  /** How often it has been refused since it was quiet. */
  strikes: number;
  refusing: boolean;
}

/** How an attempt may go on. */
export type Admission = { refused: true } | { refused: false; waitMs: number };

/**
 * Counts failures for an account at an address, and for the address alone. Only the first refuses:
 * whoever guesses at one account keeps nobody from another, also where everybody has the address of
 * the machine itself. The second makes wait.
 *
 * @example
 * ```ts
 * import { Throttle } from "./throttle.ts";
 * import { assert, assertFalse } from "@std/assert";
 *
 * let now = 0;
 * const throttle = new Throttle({ now: () => now });
 * for (let i = 0; i < 5; i++) throttle.failed("127.0.0.1", "admin");
 * assert(throttle.admit("127.0.0.1", "admin").refused);
 * assertFalse(throttle.admit("127.0.0.1", "guest").refused);
 * now += 46_000;
 * assertFalse(throttle.admit("127.0.0.1", "admin").refused);
 * ```
 */
export class Throttle {
  readonly #entries = new Map<string, Entry>();
  readonly #now: () => number;

  /** @param options.now milliseconds of a clock that never goes back. Default `performance.now` */
  constructor(options: { now?: () => number } = {}) {
    this.#now = options.now ?? (() => performance.now());
  }

  /** How many accounts and addresses are remembered; bounded. */
  get size(): number {
    return this.#entries.size;
  }

  /** Asks before an attempt is looked at. @param account absent: a token, which nobody is refused for */
  admit(address: string, account?: string): Admission {
    if (account !== undefined) {
      const entry = this.#entries.get(keyOf(address, account));
      if (entry !== undefined && this.#refuses(entry)) return { refused: true };
    }
    const recent = this.#recent(this.#entries.get(addressKey(address)), WINDOW_MS);
    const above = recent - FREE_FAILURES;
    const waitMs = above < 0 ? 0 : Math.min(FIRST_WAIT_MS * 2 ** above, LONGEST_WAIT_MS);
    return { refused: false, waitMs };
  }

  /** Notes a failure. */
  failed(address: string, account?: string): void {
    this.#note(addressKey(address));
    if (account !== undefined) this.#note(keyOf(address, account));
  }

  /** Notes a success: what failed before was its owner's mistake. */
  succeeded(address: string, account: string): void {
    this.#entries.delete(keyOf(address, account));
  }

  #refuses(entry: Entry): boolean {
    const window = windowOf(entry);
    const refuses = this.#recent(entry, window) >= MOST_FAILURES;
    if (entry.refusing && !refuses) entry.strikes++;
    entry.refusing = refuses;
    return refuses;
  }

  /** Failures within a window. */
  #recent(entry: Entry | undefined, windowMs: number): number {
    if (entry === undefined) return 0;
    const since = this.#now() - windowMs;
    return entry.failures.reduce((count, at) => at > since ? count + 1 : count, 0);
  }

  #note(key: string): void {
    const now = this.#now();
    let entry = this.#entries.get(key);
    const last = entry?.failures.at(-1);
    if (entry === undefined || now - last! > LONGEST_WINDOW_MS) {
      entry = { failures: [], strikes: 0, refusing: false };
    }
    entry.failures.push(now);
    if (entry.failures.length > FREE_FAILURES + 8) entry.failures.shift();
    // Last in the order of the map: the first is then the one that has failed least recently.
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    if (this.#entries.size > MOST_ENTRIES) this.#entries.delete(this.#entries.keys().next().value!);
  }
}

function windowOf({ strikes }: Entry): number {
  return Math.min(WINDOW_MS * 2 ** strikes, LONGEST_WINDOW_MS);
}

/** All addresses of this machine are one, and so is the network of a household (RFC 6177). */
function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, "");
  if (plain === "::1" || plain === "localhost" || plain.startsWith("127.")) return "loopback";
  if (!plain.includes(":")) return plain;
  const [head = ""] = plain.split("::");
  return head.split(":").slice(0, 4).join(":");
}

function addressKey(address: string): string {
  return `a ${networkOf(address)}`;
}

function keyOf(address: string, account: string): string {
  return `u ${networkOf(address)} ${account}`;
}
