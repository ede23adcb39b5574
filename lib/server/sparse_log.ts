/**
 * Keeps lines that a client can provoke at will from flooding the log.
 *
 * @module
 */

/** How long the same line stays quiet, milliseconds. */
const QUIET_MS = 60_000;

/** How many different lines are remembered; beyond, new ones stay quiet too. */
const MAX_KEYS = 256;

/** Lets each distinct line through once a minute, and no more than 256 different ones. */
export class SparseLog {
  readonly #write: (line: string) => void;
  readonly #now: () => number;
  readonly #last = new Map<string, number>();

  /**
   * @param write where lines go
   * @param now a clock in milliseconds
   */
  constructor(write: (line: string) => void, now: () => number = () => performance.now()) {
    this.#write = write;
    this.#now = now;
  }

  /** Writes the line unless it was written less than a minute ago or too many others were. */
  write(line: string): void {
    const now = this.#now();
    const last = this.#last.get(line);
    if (last !== undefined && now - last < QUIET_MS) return;
    if (last === undefined && this.#last.size >= MAX_KEYS) this.#forget(now);
    if (last === undefined && this.#last.size >= MAX_KEYS) return;
    // Deleted first: insertion order is then the order of time, which `#forget` relies on.
    this.#last.delete(line);
    this.#last.set(line, now);
    this.#write(line);
  }

  #forget(now: number): void {
    for (const [line, last] of this.#last) {
      if (now - last < QUIET_MS) return;
      this.#last.delete(line);
    }
  }
}
