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
/** So many times the bound may wait with answers: a page's reads of many files at once. */
const ANSWERS = 16;
/** A peer that takes nothing for so long is not waited for with its answers, milliseconds. */
const PATIENCE_MS = 60_000;

/** Settings of an {@linkcode Outbox}. */
export interface OutboxOptions {
  /**
   * Most bytes that may wait here, with answers 16 times as many. One frame may always wait, whatever
   * its size.
   */
  maxBytes: number;
  /** Called once, when the bound is passed; everything that waits here is dropped then. */
  onOverflow: () => void;
  /** How long more than `maxBytes` of answers wait for a peer that takes nothing. Default a minute. */
  patienceMs?: number;
}

/**
 * Sends in order and at once while the peer keeps up; holds back what it does not take, up to a
 * bound. Nothing is ever left out in the middle: a client either receives everything or is closed.
 *
 * Answers are what the peer itself has asked for, maybe many at once: more of them wait while it reads.
 */
export class Outbox {
  readonly #sink: FrameSink;
  readonly #options: OutboxOptions;
  #waiting: { frame: Frame; isAnswer: boolean }[] = [];
  #next = 0;
  #waitingBytes = 0;
  /** Those of `#waitingBytes` that the bound is for. */
  #boundedBytes = 0;
  /** When the peer took something for the last time, and what was in the socket then. */
  #taken = { at: 0, left: 0 };
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
  push(frame: Frame, { isAnswer = false }: { isAnswer?: boolean } = {}): void {
    if (this.#closed) return;
    if (this.#timer === undefined && this.#sink.queuedBytes <= SOCKET_BYTES) {
      this.#sink.send(frame);
      return;
    }
    const { maxBytes } = this.#options;
    const bounded = isAnswer ? 0 : frame.length;
    const tooMuch = this.#boundedBytes > 0 && this.#boundedBytes + bounded > maxBytes;
    const tooManyAnswers = this.#waitingBytes > 0 &&
      this.#waitingBytes + frame.length > maxBytes * ANSWERS;
    if (tooMuch || tooManyAnswers) return this.#overflow();
    this.#waiting.push({ frame, isAnswer });
    this.#waitingBytes += frame.length;
    this.#boundedBytes += bounded;
    if (this.#timer !== undefined) return;
    this.#taken = { at: performance.now(), left: this.#sink.queuedBytes };
    this.#timer = setTimeout(() => this.#retry(), RETRY_MS);
  }

  /** Drops what waits here and takes no more. */
  close(): void {
    this.#closed = true;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#boundedBytes = 0;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #overflow(): void {
    this.close();
    this.#options.onOverflow();
  }

  #retry(): void {
    this.#timer = undefined;
    const now = performance.now();
    if (this.#sink.queuedBytes < this.#taken.left) this.#taken.at = now;
    while (this.#next < this.#waiting.length && this.#sink.queuedBytes <= SOCKET_BYTES) {
      const { frame, isAnswer } = this.#waiting[this.#next++]!;
      this.#waitingBytes -= frame.length;
      if (!isAnswer) this.#boundedBytes -= frame.length;
      this.#sink.send(frame);
    }
    this.#taken.left = this.#sink.queuedBytes;
    if (this.#next < this.#waiting.length) {
      const { maxBytes, patienceMs = PATIENCE_MS } = this.#options;
      const isPatient = now - this.#taken.at < patienceMs;
      if (this.#waitingBytes > maxBytes && this.#waiting.length - this.#next > 1 && !isPatient) {
        return this.#overflow();
      }
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
