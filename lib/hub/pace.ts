/**
 * Holding a source back while its readers catch up.
 *
 * @module
 */

/** Somebody with a queue. */
export interface Reader {
  /** Bytes that wait for its peer. */
  readonly queuedBytes: number;
}

/** A reader with less than this in its queue keeps up. */
const ENOUGH = 1 << 20;
/** A reader whose queue has not shrunk for so long is not waited for, milliseconds. */
const STALL_MS = 1000;
const POLL_MS = 4;

/** Waits for readers, except for those who don't read. */
export class Pace {
  /** Those given up, with the size of their queue then; one that shrinks counts again. */
  readonly #stalled = new WeakMap<Reader, number>();

  /**
   * Settles when every reader's queue is short, or stands still.
   *
   * @param readers asked anew each time: they come and go
   * @returns `undefined` when nobody has to be waited for
   */
  wait(readers: () => Iterable<Reader>): Promise<void> | undefined {
    return this.#behind(readers()).length === 0 ? undefined : this.#wait(readers);
  }

  async #wait(readers: () => Iterable<Reader>): Promise<void> {
    const seen = new Map<Reader, { bytes: number; since: number }>();
    for (;;) {
      const behind = this.#behind(readers());
      if (behind.length === 0) return;
      const now = performance.now();
      for (const reader of behind) {
        const bytes = reader.queuedBytes;
        const last = seen.get(reader);
        if (last === undefined || bytes < last.bytes) seen.set(reader, { bytes, since: now });
        else if (now - last.since > STALL_MS) this.#stalled.set(reader, last.bytes);
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  #behind(readers: Iterable<Reader>): Reader[] {
    return [...readers].filter((reader) => {
      const bytes = reader.queuedBytes;
      const stalledAt = this.#stalled.get(reader);
      if (stalledAt !== undefined && bytes < stalledAt) this.#stalled.delete(reader);
      return bytes > ENOUGH && !this.#stalled.has(reader);
    });
  }
}
