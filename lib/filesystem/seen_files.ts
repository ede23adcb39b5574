/**
 * Remembering what kind of file is at a path.
 *
 * @module
 */

/** How long a look at a file is good for, milliseconds. File servers' clients wait longer. */
const GOOD_MS = 1000;
const MOST = 256;

/**
 * Paths at which there was a plain file a moment ago. To look before each reading and writing takes
 * as long as reading a small file does, and pages use the same few files again and again.
 */
export class SeenFiles {
  readonly #files = new Map<string, { size: number; until: number }>();
  readonly #now: () => number;

  /** @param now milliseconds */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** The size that a plain file had; `undefined` when that is not known, or not any more. */
  sizeOf(path: string): number | undefined {
    const file = this.#files.get(path);
    if (file === undefined) return undefined;
    if (this.#now() < file.until) return file.size;
    this.#files.delete(path);
    return undefined;
  }

  /** There is a plain file of this size at a path. What is known already is not known for longer. */
  add(path: string, size: number): void {
    const known = this.sizeOf(path) !== undefined;
    const until = known ? this.#files.get(path)!.until : this.#now() + GOOD_MS;
    if (!known && this.#files.size >= MOST) this.#files.clear();
    this.#files.set(path, { size, until });
  }

  /** Something went wrong there. */
  delete(path: string): void {
    this.#files.delete(path);
  }

  /** Something was moved, copied or removed: other files may be anywhere now. */
  clear(): void {
    this.#files.clear();
  }
}
