/**
 * One file that a page reads in blocks.
 *
 * @module
 */

import { breathe, settlesWithin } from "../process/clock.ts";

/** What a stream tells: blocks of text or of bytes, and that the end was hit. */
export type StreamOutput =
  | { action: "data"; data: string }
  | { action: "dataBinary"; data: string }
  | { action: "end"; data: null };

/** Where a stream stands (contracts: Neutralino 6.8). */
export interface StreamInfo {
  eof: boolean;
  /** Bytes from the start; -1 once the end was hit. */
  pos: number;
  /** Bytes of the last block; 0 when there was nothing left for it. */
  lastRead: number;
}

/** How its output gets out. */
export interface StreamSink {
  put(output: StreamOutput): void;
  /** Settles when the readers have taken most of it; `undefined` when they have already. */
  caughtUp(): Promise<void> | undefined;
}

/** How a read is done. */
export interface ReadOptions {
  /** Bytes of a block. What is less than 1 counts as 256. */
  size: number;
  binary: boolean;
  /** Whether to go on to the end. */
  all: boolean;
}

const DEFAULT_BLOCK = 256;
/** A larger block comes in several events: each is made JSON, and a frame, in one go. */
const MAX_BLOCK = 4 << 20;
/** What is read from the disk at once when the blocks are smaller. */
const PIECE = 256 << 10;
/** Blocks cut before everybody else has their turn. */
const MAX_BLOCKS_AT_ONCE = 1024;
/** How long reads asked for before a close may still take. */
const CLOSE_GRACE_MS = 1000;
/** How long the system may take to answer a read that is cut; from a lost network it never does. */
const ANSWER_MS = 1000;

/**
 * Reads a file for one stream. Its calls run one after the other in the order in which they came,
 * whoever made them. The end is hit when a read asks for more than is left, not when it takes the
 * last byte, as the reference has it.
 */
export class FileStream {
  readonly #file: Deno.FsFile;
  readonly #sink: StreamSink;
  #decoder = newDecoder();
  #tail: Promise<unknown> = Promise.resolve();
  #position = 0;
  #lastRead = 0;
  #eof = false;
  #cut = false;
  #closing: Promise<void> | undefined;

  constructor(file: Deno.FsFile, sink: StreamSink) {
    this.#file = file;
    this.#sink = sink;
  }

  /** Where it stands when the calls before this one are through. */
  info(): Promise<StreamInfo> {
    return this.#inTurn(() => ({
      eof: this.#eof,
      pos: this.#eof ? -1 : this.#position,
      lastRead: this.#lastRead,
    }));
  }

  /** Reads one block, or all that are left. Everything is put out when it settles. */
  read(options: ReadOptions): Promise<void> {
    return this.#inTurn(() => this.#read(options));
  }

  /**
   * Goes to a byte, which may lie behind the end.
   *
   * @throws {RangeError} for a position that no file can have
   */
  seek(position: number): Promise<void> {
    if (position < 0 || !Number.isSafeInteger(position)) {
      return Promise.reject(new RangeError(`Cannot seek to ${position}: not a position in a file`));
    }
    return this.#inTurn(async () => {
      await this.#file.seek(position, Deno.SeekMode.Start);
      this.#position = position;
      this.#eof = false;
      this.#decoder = newDecoder();
    });
  }

  /**
   * Closes the file. Reads that were asked for before get a second to end, so that a page need not
   * wait for them; a longer one ends where it is, without telling of an end. One that the system does
   * not answer is left to itself.
   *
   * @param graceMs 0 ends them at once
   */
  close(graceMs = CLOSE_GRACE_MS): Promise<void> {
    if (graceMs === 0) this.#cut = true;
    return this.#closing ??= this.#close(graceMs);
  }

  async #close(graceMs: number): Promise<void> {
    const timer = setTimeout(() => this.#cut = true, graceMs);
    await settlesWithin(this.#tail, graceMs + ANSWER_MS);
    clearTimeout(timer);
    this.#file.close();
  }

  #inTurn<T>(task: () => T | Promise<T>): Promise<T> {
    if (this.#closing !== undefined) return Promise.reject(new Error("The stream is closed"));
    const result = this.#tail.then(task);
    this.#tail = result.catch(() => {});
    return result;
  }

  async #read({ size, binary, all }: ReadOptions): Promise<void> {
    const wanted = size < 1 ? DEFAULT_BLOCK : size;
    const block = Math.min(wanted, MAX_BLOCK);
    const blocksAtOnce = Math.min(Math.max(1, Math.floor(PIECE / block)), MAX_BLOCKS_AT_ONCE);
    if (binary) this.#decoder = newDecoder();
    if (this.#eof) this.#lastRead = 0;
    let left = all ? Infinity : wanted;
    while (left > 0 && !this.#eof && !this.#cut) {
      const piece = await this.#fill(Math.min(left, block * blocksAtOnce));
      if (this.#cut) return;
      for (let at = 0; at < piece.length; at += block) {
        const last = this.#eof && at + block >= piece.length;
        this.#put(piece.subarray(at, at + block), { binary, last });
      }
      left -= piece.length;
      // The end was hit by a block of its own, in which nothing was left.
      if (this.#eof && piece.length % block === 0) this.#lastRead = 0;
      if (left === 0 || this.#eof) break;
      await this.#sink.caughtUp();
      await breathe();
    }
    if (this.#eof) this.#end();
  }

  /** As many bytes as asked for; fewer only where the file ends. */
  async #fill(length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const read = await this.#file.read(bytes.subarray(filled));
      if (read === null) {
        this.#eof = true;
        break;
      }
      filled += read;
    }
    this.#position += filled;
    return bytes.subarray(0, filled);
  }

  #put(block: Uint8Array, { binary, last }: { binary: boolean; last: boolean }): void {
    this.#lastRead = block.length;
    if (binary) {
      this.#sink.put({ action: "dataBinary", data: block.toBase64() });
    } else {
      const data = this.#decoder.decode(block, { stream: !last });
      this.#sink.put({ action: "data", data });
    }
  }

  #end(): void {
    // The beginning of a character whose rest the file does not have.
    const rest = this.#decoder.decode();
    if (rest !== "") this.#sink.put({ action: "data", data: rest });
    this.#sink.put({ action: "end", data: null });
  }
}

/** Characters that are cut by the border of two blocks come with the second; a BOM is kept. */
function newDecoder(): TextDecoder {
  return new TextDecoder("utf-8", { ignoreBOM: true });
}
