/**
 * Reads what a process group prints, line by line (contracts: Neutralino 4.3).
 *
 * @module
 */

import type { Log } from "../log.ts";
import { settlesWithin } from "./clock.ts";
import { type Line, LineSplitter } from "./line_splitter.ts";
import type { Masker } from "./mask.ts";
import type { ProcessGroup } from "./process_group.ts";

/** Which of the two a line was printed to. */
export type OutputStream = "stdout" | "stderr";

/** What becomes of the output. */
export interface OutputRelayOptions {
  /**
   * Gets every line, masked; `cut` when the line goes on in the next call. Nothing more is read
   * of that stream before the promise it may answer settles, so a slow taker slows the process
   * and costs no memory.
   */
  onLine?: (line: string, stream: OutputStream, cut: boolean) => void | Promise<void>;
  masker?: Masker;
  /** How many lines of stderr to keep for a diagnosis. Default 20. */
  keepLines?: number;
  /** Told, once, when `onLine` throws. */
  log?: Log;
}

// Of a kept line. A diagnosis shows the beginning; 200 extensions times 20 lines of 64 Ki would not do.
const MAX_KEPT_LENGTH = 1000;
const DRAIN_MS = 200;

/** Reads the output of a group from the moment it is made. The process never blocks unread. */
export class OutputRelay {
  /** Settles when both streams are at their end or reading was given up. Never rejects. */
  readonly done: Promise<void>;
  readonly #options: OutputRelayOptions;
  readonly #keepLines: number;
  readonly #kept: string[] = [];
  readonly #readers: { cancel(): Promise<void> }[];
  #cancelled = false;
  #reportedError = false;
  #giveUp: () => void = () => {};

  constructor(group: Pick<ProcessGroup, "stdout" | "stderr">, options: OutputRelayOptions = {}) {
    this.#options = options;
    this.#keepLines = options.keepLines ?? 20;
    const stdout = frugalReader(group.stdout);
    const stderr = frugalReader(group.stderr);
    this.#readers = [stdout, stderr];
    const ended = Promise.all([this.#pump(stdout, "stdout"), this.#pump(stderr, "stderr")]);
    const givenUp = new Promise<void>((resolve) => this.#giveUp = resolve);
    // A taker that never returns must not outlive cancel().
    this.done = Promise.race([ended.then(() => {}), givenUp]);
  }

  /** The last lines of stderr, oldest first, masked. */
  lastErrors(): string[] {
    return [...this.#kept];
  }

  /**
   * For a group that has ended: takes what is still in the pipes and gives up after `ms`
   * milliseconds, because a process that left the group may hold them open for ever.
   */
  async finish(ms = DRAIN_MS): Promise<void> {
    if (!await settlesWithin(this.done, ms)) await this.cancel();
  }

  /** Stops reading at once; `onLine` is not called any more. */
  async cancel(): Promise<void> {
    this.#cancelled = true;
    await Promise.allSettled(this.#readers.map((reader) => reader.cancel()));
    this.#giveUp();
  }

  async #pump(
    reader: PieceReader,
    stream: OutputStream,
  ): Promise<void> {
    const { masker } = this.#options;
    const splitter = new LineSplitter(masker === undefined ? {} : { rule: masker });
    try {
      while (true) {
        const piece = await reader.read();
        if (piece === undefined) break;
        await this.#deliver(splitter.push(piece), stream);
      }
    } catch {
      // The pipe broke: what came until then counts.
    }
    await this.#deliver(splitter.end(), stream);
  }

  async #deliver(lines: Line[], stream: OutputStream): Promise<void> {
    const { masker, onLine } = this.#options;
    for (const { text, cut } of lines) {
      const line = masker?.mask(text) ?? text;
      if (stream === "stderr") this.#keep(line);
      if (onLine === undefined || this.#cancelled) continue;
      try {
        const taken = onLine(line, stream, cut);
        if (taken !== undefined) await taken;
      } catch (error) {
        this.#reportOnce(error);
      }
    }
  }

  #keep(line: string): void {
    if (this.#keepLines <= 0) return;
    // A slice would hold on to the whole chunk it was cut from; joining makes a string of its own.
    this.#kept.push([...line.slice(0, MAX_KEPT_LENGTH)].join(""));
    if (this.#kept.length > this.#keepLines) this.#kept.shift();
  }

  #reportOnce(error: unknown): void {
    if (this.#reportedError) return;
    this.#reportedError = true;
    this.#options.log?.error(`Cannot pass on a line of output: ${error}`);
  }
}

/** Reads a stream piece by piece. */
interface PieceReader {
  /** `undefined` at the end. A piece is good until the next one is read. */
  read(): Promise<Uint8Array | undefined>;
  cancel(): Promise<void>;
}

const SMALL_BUFFER = 2048;
const LARGE_BUFFER = 65_536;

/**
 * While a program says nothing, a buffer for its next words is held all the time: it is small until
 * one was filled.
 */
function frugalReader(stream: ReadableStream<Uint8Array>): PieceReader {
  let reader: ReadableStreamBYOBReader;
  try {
    reader = stream.getReader({ mode: "byob" });
  } catch {
    // It is no stream of bytes, such as one that has ended from the start.
    const plain = stream.getReader();
    return { read: async () => (await plain.read()).value, cancel: () => plain.cancel() };
  }
  let buffer = new ArrayBuffer(SMALL_BUFFER);
  return {
    async read() {
      const { value, done } = await reader.read(new Uint8Array(buffer));
      if (done || value === undefined) return undefined;
      const size = value.length < value.buffer.byteLength ? SMALL_BUFFER : LARGE_BUFFER;
      buffer = value.buffer.byteLength === size ? value.buffer : new ArrayBuffer(size);
      return value;
    },
    cancel: () => reader.cancel(),
  };
}
