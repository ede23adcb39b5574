/**
 * Bytes to lines, in bounded memory.
 *
 * @module
 */

/** A line, or a piece of one that is too long. */
export interface Line {
  /** Without its line end. */
  text: string;
  /** The line goes on in the next one. */
  cut: boolean;
}

/** Decides where a long line may be cut. */
export interface CutRule {
  /** How many characters past the cut `cutAt` needs to see. */
  readonly lookahead: number;
  /** The best place at or before `at`. */
  cutAt(text: string, at: number): number;
}

/** 64 Ki, in UTF-16 code units. */
export const MAX_LINE_LENGTH = 65_536;

/**
 * Splits a byte stream into lines. Bytes that are not UTF-8 become U+FFFD, a carriage return
 * before the line feed goes with it, and a line longer than `maxLength` comes in pieces.
 *
 * @example
 * ```ts
 * import { LineSplitter } from "./line_splitter.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const splitter = new LineSplitter();
 * const bytes = new TextEncoder().encode("one\r\ntw");
 * assertEquals(splitter.push(bytes), [{ text: "one", cut: false }]);
 * assertEquals(splitter.end(), [{ text: "tw", cut: false }]);
 * ```
 */
export class LineSplitter {
  // A byte order mark is kept: the output is passed on as it is.
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  readonly #maxLength: number;
  readonly #rule: CutRule | undefined;
  #pending = "";

  constructor(
    { maxLength = MAX_LINE_LENGTH, rule }: { maxLength?: number; rule?: CutRule } = {},
  ) {
    this.#maxLength = maxLength;
    this.#rule = rule;
  }

  /** The lines that `chunk` completes, and the pieces of the one it does not. */
  push(chunk: Uint8Array): Line[] {
    return this.#split(this.#decoder.decode(chunk, { stream: true }));
  }

  /** What is left when the stream has ended: a last line without a line feed. */
  end(): Line[] {
    const lines = this.#split(this.#decoder.decode());
    if (this.#pending !== "") this.#complete(this.#pending, lines);
    this.#pending = "";
    return lines;
  }

  #split(text: string): Line[] {
    const lines: Line[] = [];
    let start = 0;
    for (let feed = text.indexOf("\n"); feed !== -1; feed = text.indexOf("\n", start)) {
      let line = text.slice(start, feed);
      if (start === 0) {
        line = this.#pending + line;
        this.#pending = "";
      }
      this.#complete(line.endsWith("\r") ? line.slice(0, -1) : line, lines);
      start = feed + 1;
    }
    this.#pending += start === 0 ? text : text.slice(start);
    const enough = this.#maxLength + (this.#rule?.lookahead ?? 0);
    while (this.#pending.length > enough) this.#pending = this.#cut(this.#pending, lines);
    return lines;
  }

  #complete(line: string, lines: Line[]): void {
    while (line.length > this.#maxLength) line = this.#cut(line, lines);
    lines.push({ text: line, cut: false });
  }

  /** Moves one piece into `lines` and answers the rest. */
  #cut(text: string, lines: Line[]): string {
    let at = this.#rule?.cutAt(text, this.#maxLength) ?? this.#maxLength;
    if (at > 1 && isHighSurrogate(text.charCodeAt(at - 1))) at--;
    // A rule that allows no cut must not stop us.
    if (at <= 0) at = this.#maxLength;
    lines.push({ text: text.slice(0, at), cut: true });
    return text.slice(at);
  }
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
