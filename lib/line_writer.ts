/**
 * Writing lines to a pipe, terminal or file without ever waiting for it.
 *
 * @module
 */

/** Where a {@linkcode LineWriter} puts its bytes; `Deno.stdout` and `Deno.FsFile` are such. */
export interface ByteSink {
  write(bytes: Uint8Array): Promise<number>;
}

const MAX_WAITING_BYTES = 1 << 20;

/**
 * Writes in order, in the background, with a bound: a program that started the host with a pipe
 * for its output and never reads it must not bring the host to a stop. Past the bound new lines
 * are left out and, once there is room, counted in a line of their own.
 */
export class LineWriter {
  readonly #sink: ByteSink;
  readonly #maxBytes: number;
  readonly #note: (lines: number) => string;
  readonly #encoder = new TextEncoder();
  #waiting: string[] = [];
  #waitingBytes = 0;
  #leftOut = 0;
  #broken = false;
  #draining: Promise<void> | undefined;

  /**
   * @param options.maxBytes most bytes that may wait. Default 1 MiB.
   * @param options.note what is written about lines left out. Default a sentence.
   */
  constructor(
    sink: ByteSink,
    options: { maxBytes?: number; note?: (lines: number) => string } = {},
  ) {
    this.#sink = sink;
    this.#maxBytes = options.maxBytes ?? MAX_WAITING_BYTES;
    this.#note = options.note ??
      ((lines) => `... ${lines} lines left out: the reader is too slow\n`);
  }

  /** Queues `text`, which should end with a newline. Never throws. */
  write(text: string): void {
    if (this.#broken) return;
    if (this.#waitingBytes + text.length > this.#maxBytes) {
      this.#leftOut++;
      return;
    }
    this.#add(text);
  }

  /** Queues `text` whatever waits already, and resolves when it is written or cannot be. */
  async writeAll(text: string): Promise<void> {
    if (this.#broken || text === "") return;
    this.#add(text);
    await this.#draining;
  }

  /** Resolves when everything queued so far is written, or after `deadlineMs`. */
  async flush(deadlineMs: number): Promise<void> {
    if (this.#draining === undefined) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const deadline = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, deadlineMs);
    });
    await Promise.race([this.#draining, deadline]);
    clearTimeout(timer);
  }

  #add(text: string): void {
    this.#waiting.push(text);
    this.#waitingBytes += text.length;
    this.#draining ??= this.#drain();
  }

  async #drain(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        let bytes = this.#encoder.encode(this.#waiting.join(""));
        const taken = this.#waitingBytes;
        this.#waiting = [];
        while (bytes.length > 0) bytes = bytes.subarray(await this.#sink.write(bytes));
        this.#waitingBytes -= taken;
        if (this.#leftOut > 0) {
          const note = this.#note(this.#leftOut);
          this.#leftOut = 0;
          this.#add(note);
        }
      }
    } catch {
      // The reader is gone (EPIPE) or the disk is full: there is nobody left to tell.
      this.#broken = true;
      this.#waiting = [];
    } finally {
      this.#draining = undefined;
    }
  }
}
