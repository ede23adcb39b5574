/**
 * Reading tar archives piece by piece.
 *
 * @module
 */

import { ArchiveError, shown } from "./archive_error.ts";
import { parsePax, type PaxValues } from "./pax.ts";
import { BLOCK, isZero, parseHeader, text } from "./tar_header.ts";

/** A file or a folder in an archive; its path has not been judged. */
export interface TarEntry {
  path: string;
  kind: "file" | "folder";
  /** Bytes that follow; 0 for a folder. */
  size: number;
  /** Whether its owner may run it. All other permissions are dropped. */
  executable: boolean;
}

/** Takes what an archive holds, in its order. Whatever it throws ends the reading. */
export interface TarSink {
  /** An entry begins. The `size` bytes of a file follow. */
  begin(entry: TarEntry): void;
  /** Bytes of the entry that began last; only valid during the call. */
  data(bytes: Uint8Array): void;
  /** The entry is whole. */
  end(): void;
}

/** Longest PAX header or GNU long name, in bytes. */
const MAX_EXTRA_BYTES = 1 << 20;
/** Most of these for one entry: `x`, `g`, `L` and `K` is what honest archives have. */
const MAX_EXTRAS = 8;

/** Why other types of entries are refused. */
const REFUSED = new Map([
  ["1", "a hard link"],
  ["2", "a link"],
  ["3", "a character device"],
  ["4", "a block device"],
  ["6", "a fifo"],
  ["K", "the name of a link"],
  ["M", "the rest of a file of another archive"],
  ["S", "a file with holes"],
  ["V", "the name of a volume"],
]);

/**
 * Reads an archive that comes in pieces of any size: ustar, PAX, GNU long names and large sizes.
 * Anything but files and folders is refused (contracts: AirDC++ 2.2).
 */
export class TarReader {
  readonly #sink: TarSink;
  /** A block of which only a part has come. */
  readonly #block = new Uint8Array(BLOCK);
  #blockLength = 0;
  /** Bytes of the entry, or of an extra header, that are still to come. */
  #missing = 0;
  /** Bytes after them, up to a whole block. */
  #padding = 0;
  /** The extra header that is being read. */
  #extra: { type: string; bytes: Uint8Array; length: number } | undefined;
  #extras = 0;
  #inEntry = false;
  #global: PaxValues = {};
  #local: PaxValues = {};
  #longName: string | undefined;
  /** The first zero block has come. */
  #ended = false;

  constructor(sink: TarSink) {
    this.#sink = sink;
  }

  /**
   * Takes the next bytes.
   *
   * @throws {ArchiveError} when the archive is damaged or holds what is refused
   */
  push(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.#ended) {
        if (!isZero(bytes.subarray(at))) {
          throw new ArchiveError("The archive is damaged: something follows its end");
        }
        return;
      }
      if (this.#missing > 0) {
        const part = bytes.subarray(at, at + this.#missing);
        at += part.length;
        this.#missing -= part.length;
        this.#content(part);
        if (this.#missing === 0) this.#whole();
      } else if (this.#padding > 0) {
        const skipped = Math.min(this.#padding, bytes.length - at);
        at += skipped;
        this.#padding -= skipped;
      } else {
        const part = bytes.subarray(at, at + BLOCK - this.#blockLength);
        this.#block.set(part, this.#blockLength);
        at += part.length;
        this.#blockLength += part.length;
        if (this.#blockLength < BLOCK) return;
        this.#blockLength = 0;
        this.#header(this.#block);
      }
    }
  }

  /**
   * Nothing follows.
   *
   * @throws {ArchiveError} when the archive is not at its end
   */
  end(): void {
    if (!this.#ended) throw new ArchiveError("The archive is truncated");
  }

  #header(block: Uint8Array): void {
    if (isZero(block)) {
      if (this.#extras > 0) throw new ArchiveError("The archive is damaged: an entry is missing");
      this.#ended = true;
      return;
    }
    const { path, size, mode, type } = parseHeader(block);
    if (type === "x" || type === "g" || type === "L") return this.#beginExtra(type, size);
    const entry = {
      path: this.#local.path ?? this.#longName ?? this.#global.path ?? path,
      size: this.#local.size ?? this.#global.size ?? size,
    };
    this.#local = {};
    this.#longName = undefined;
    this.#extras = 0;
    // Archives older than ustar write folders as files whose names end in a slash.
    const isFolder = type === "5" || type === "0" && entry.path.endsWith("/");
    if (!isFolder && type !== "0" && type !== "7") {
      const what = REFUSED.get(type) ?? `of the unknown type ${shown(type)}`;
      throw new ArchiveError(
        `The archive is refused: ${
          shown(entry.path)
        } is ${what}; only files and folders are unpacked`,
      );
    }
    // Readers differ in whether bytes of a folder follow: what is in there, nobody can tell.
    if (isFolder && entry.size > 0) {
      throw new ArchiveError(`The archive is damaged: the folder ${shown(entry.path)} has a size`);
    }
    this.#expect(entry.size);
    this.#inEntry = true;
    this.#sink.begin({
      ...entry,
      kind: isFolder ? "folder" : "file",
      executable: (mode & 0o100) !== 0,
    });
    if (entry.size === 0) this.#whole();
  }

  #beginExtra(type: string, size: number): void {
    if (size > MAX_EXTRA_BYTES) {
      throw new ArchiveError(`The archive is refused: a header of ${size} bytes is too long`);
    }
    if (++this.#extras > MAX_EXTRAS) {
      throw new ArchiveError("The archive is refused: an entry has too many headers");
    }
    this.#extra = { type, bytes: new Uint8Array(size), length: 0 };
    this.#expect(size);
    if (size === 0) this.#whole();
  }

  #expect(size: number): void {
    this.#missing = size;
    this.#padding = (BLOCK - size % BLOCK) % BLOCK;
  }

  #content(bytes: Uint8Array): void {
    const extra = this.#extra;
    if (extra === undefined) return this.#sink.data(bytes);
    extra.bytes.set(bytes, extra.length);
    extra.length += bytes.length;
  }

  /** The bytes of an entry or of an extra header are complete. */
  #whole(): void {
    if (this.#inEntry) {
      this.#inEntry = false;
      return this.#sink.end();
    }
    const { type, bytes } = this.#extra!;
    this.#extra = undefined;
    if (type === "L") this.#longName = text(bytes, 0, bytes.length);
    else if (type === "g") this.#global = { ...this.#global, ...parsePax(bytes) };
    else this.#local = parsePax(bytes);
  }
}
