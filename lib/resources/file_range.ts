/**
 * A range of an open file as a {@linkcode ResourceFile}: a whole file, or one entry of an archive.
 *
 * @module
 */

import type { ResourceFile } from "./source.ts";

const PIECE = 65_536;

/** Up to this size a file is read at once, which is quicker than handing it to another thread. */
const SMALL = 65_536;

/** What part of the file, and what to report of it. */
export interface FileRangeOptions {
  /** First byte of the resource within the file. */
  offset: number;
  /** Bytes of the resource. */
  size: number;
  modifiedAt: Date;
  realPath?: string;
}

/** Owns the file it is given and closes it once the resource was read, refused or closed. */
export class FileRange implements ResourceFile {
  readonly isFile = true;
  readonly isDirectory = false;
  readonly size: number;
  readonly modifiedAt: Date;
  readonly realPath: string | undefined;
  readonly #file: Deno.FsFile;
  readonly #offset: number;
  #closed = false;

  constructor(file: Deno.FsFile, { offset, size, modifiedAt, realPath }: FileRangeOptions) {
    this.#file = file;
    this.#offset = offset;
    this.size = size;
    this.modifiedAt = modifiedAt;
    this.realPath = realPath;
  }

  stream(start = 0, end = this.size): ReadableStream<Uint8Array<ArrayBuffer>> {
    const from = Math.min(Math.max(start, 0), this.size);
    let left = Math.min(Math.max(end, from), this.size) - from;
    let sought = false;
    return new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull: async (controller) => {
        try {
          if (!sought) {
            seekSync(this.#file, this.#offset + from);
            sought = true;
          }
          const piece = new Uint8Array(Math.min(PIECE, left));
          const count = left > 0 ? await this.#file.read(piece) : null;
          if (count !== null) {
            left -= count;
            controller.enqueue(count === piece.length ? piece : piece.subarray(0, count));
          }
          // A file that shrank meanwhile ends early; the reader sees fewer bytes, never others.
          if (count === null || left === 0) {
            this.close();
            controller.close();
          }
        } catch (error) {
          this.close();
          controller.error(error);
        }
      },
      cancel: () => this.close(),
      // Nothing is read before somebody asks.
    }, { highWaterMark: 0 });
  }

  async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    try {
      return await readRange(this.#file, this.#offset, this.size);
    } finally {
      this.close();
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#file.close();
  }
}

/**
 * Reads a part of a file.
 *
 * @param offset first byte
 * @param length how many bytes
 * @returns fewer bytes where the file ends before
 */
export async function readRange(
  file: Deno.FsFile,
  offset: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  seekSync(file, offset);
  while (filled < length) {
    const rest = filled === 0 ? bytes : bytes.subarray(filled);
    const count = length <= SMALL ? file.readSync(rest) : await file.read(rest);
    if (count === null) break;
    filled += count;
  }
  return filled === length ? bytes : bytes.subarray(0, filled);
}

/** Moves to an offset, which for a file that was just opened needs no call where it is the start. */
function seekSync(file: Deno.FsFile, offset: number): void {
  if (offset > 0) file.seekSync(offset, Deno.SeekMode.Start);
}
