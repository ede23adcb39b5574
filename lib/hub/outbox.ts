/**
 * What waits for one client that reads slower than others speak.
 *
 * @module
 */

/** A frame: text, or the UTF-8 of it to be sent as binary. */
export type Frame = string | Uint8Array<ArrayBuffer>;

/** Where an outbox puts frames; a connection is such. */
export interface FrameSink {
  send(frame: Frame): void;
  /** Bytes handed to `send` that the peer's side has not taken yet. */
  readonly queuedBytes: number;
}

/** Above this the socket's own queue is left alone and frames wait here, where they can be dropped. */
const SOCKET_BYTES = 1 << 20;
const RETRY_MS = 4;

/** Settings of an {@linkcode Outbox}. */
export interface OutboxOptions {
  /** Most bytes that may wait here. One frame may always wait, whatever its size. */
  maxBytes: number;
  /** Called once, when the bound is passed; everything that waits here is dropped then. */
  onOverflow: () => void;
}

/**
 * Sends in order and at once while the peer keeps up; holds back what it does not take, up to a
 * bound. Nothing is ever left out in the middle: a client either receives everything or is closed.
 */
export class Outbox {
  readonly #sink: FrameSink;
  readonly #options: OutboxOptions;
  #waiting: Frame[] = [];
  #next = 0;
  #waitingBytes = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(sink: FrameSink, options: OutboxOptions) {
    this.#sink = sink;
    this.#options = options;
  }

  /** Bytes that wait, in the socket and here. */
  get queuedBytes(): number {
    return this.#waitingBytes + this.#sink.queuedBytes;
  }

  /** Sends `frame` as soon as the peer can take it. */
  push(frame: Frame): void {
    if (this.#closed) return;
    if (this.#timer === undefined && this.#sink.queuedBytes <= SOCKET_BYTES) {
      this.#sink.send(frame);
      return;
    }
    if (this.#waitingBytes > 0 && this.#waitingBytes + frame.length > this.#options.maxBytes) {
      this.close();
      this.#options.onOverflow();
      return;
    }
    this.#waiting.push(frame);
    this.#waitingBytes += frame.length;
    this.#timer ??= setTimeout(() => this.#retry(), RETRY_MS);
  }

  /** Drops what waits here and takes no more. */
  close(): void {
    this.#closed = true;
    this.#waiting = [];
    this.#waitingBytes = 0;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #retry(): void {
    this.#timer = undefined;
    while (this.#next < this.#waiting.length && this.#sink.queuedBytes <= SOCKET_BYTES) {
      const frame = this.#waiting[this.#next++]!;
      this.#waitingBytes -= frame.length;
      this.#sink.send(frame);
    }
    if (this.#next < this.#waiting.length) {
      // Frames already sent would otherwise be held until the last one is.
      this.#waiting.splice(0, this.#next);
      this.#next = 0;
      this.#timer = setTimeout(() => this.#retry(), RETRY_MS);
      return;
    }
    this.#waiting = [];
    this.#next = 0;
  }
}
