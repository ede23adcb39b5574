/**
 * What a process is given to read.
 *
 * @module
 */

import { type Clock, settlesWithin, systemClock } from "./clock.ts";

/** How patient a {@linkcode ChildInput} is. */
export interface ChildInputOptions {
  /** Time that `write()` gives a process to take its text, milliseconds. Default 1000. */
  handOverMs?: number;
  /** Time in which a process has to take something when too much waits. Default 10,000. */
  stallMs?: number;
  /** Characters that may wait for a process that does not read. Default 1 Mi. */
  room?: number;
  clock?: Clock;
}

interface Item {
  /** Absent: the end. */
  readonly text?: string;
  readonly settled: Promise<void>;
  readonly settle: () => void;
  written: boolean;
}

const SLICE_BYTES = 64 * 1024;

/** The stdin of a process: texts in the order in which they came, then the end. */
export class ChildInput {
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #encoder = new TextEncoder();
  readonly #options: Required<ChildInputOptions>;
  #items: Item[] = [];
  #closed = false;
  #broken = false;
  #writing = false;
  /** Slices that the process has taken. */
  #taken = 0;

  constructor(
    stream: WritableStream<Uint8Array>,
    { handOverMs = 1000, stallMs = 10_000, room = 1 << 20, clock = systemClock }:
      ChildInputOptions = {},
  ) {
    this.#writer = stream.getWriter();
    this.#writer.closed.catch(() => {});
    this.#options = { handOverMs, stallMs, room, clock };
  }

  /**
   * Writes a text behind all others. Settles when the process has taken it. For one that is busy
   * with something else the text stays here: then it settles after a second while no more than
   * `room` waits before it, and else when there is room.
   *
   * @returns false when the process does not read any more, or took nothing for `stallMs` while too
   * much waited; then the text has not been and will not be written
   */
  async write(text: string): Promise<boolean> {
    if (this.#closed || this.#broken) return false;
    if (text === "") return true;
    const { handOverMs, stallMs, room, clock } = this.#options;
    const item = this.#add(text);
    let taken = this.#taken;
    let since = clock.now();
    while (!await settlesWithin(item.settled, handOverMs, clock)) {
      if (this.#waitingBefore(item) <= room) return true;
      if (this.#taken !== taken) {
        taken = this.#taken;
        since = clock.now();
      } else if (clock.now() - since >= stallMs) {
        this.#items.splice(this.#items.indexOf(item), 1);
        return false;
      }
    }
    return item.written;
  }

  /** Closes the stream behind everything that was written. */
  end(): void {
    if (this.#closed || this.#broken) return;
    this.#closed = true;
    this.#add();
  }

  /** For a process that has ended: drops what waits. */
  abort(): void {
    if (this.#broken) return;
    this.#broken = true;
    for (const item of this.#items) item.settle();
    this.#items = [];
    void this.#writer.abort().catch(() => {});
  }

  #add(text?: string): Item {
    const { promise, resolve } = Promise.withResolvers<void>();
    const item: Item = {
      ...(text === undefined ? {} : { text }),
      settled: promise,
      settle: resolve,
      written: false,
    };
    this.#items.push(item);
    if (!this.#writing) void this.#writeAll();
    return item;
  }

  async #writeAll(): Promise<void> {
    this.#writing = true;
    try {
      for (let item = this.#items[0]; item !== undefined; item = this.#items[0]) {
        if (item.text === undefined) await this.#writer.close();
        else await this.#writeText(item.text);
        item.written = true;
        item.settle();
        this.#items.shift();
      }
    } catch {
      this.abort();
    }
    this.#writing = false;
  }

  async #writeText(text: string): Promise<void> {
    const bytes = this.#encoder.encode(text);
    for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
      await this.#writer.write(bytes.subarray(at, at + SLICE_BYTES));
      this.#taken++;
    }
  }

  #waitingBefore(item: Item): number {
    let characters = 0;
    for (const other of this.#items) {
      if (other === item) break;
      characters += other.text?.length ?? 0;
    }
    return characters;
  }
}
