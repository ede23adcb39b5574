/**
 * The end of a log file, and what is added to it, across its rotation.
 *
 * @module
 */

const CHUNK = 65_536;
const POLL_MS = 200;

/** How files that were put aside are named: the newest is 1. */
export type AsideName = (path: string, number: number) => string | undefined;

/** Reads one log from its end. */
export class LogTail {
  readonly #path: string;
  readonly #aside: AsideName;
  /** Up to where it has been read. */
  #offset = 0;
  #inode: number | null = null;

  /** @param aside `undefined` where there is none so old. Default: `<path>.<number>` */
  constructor(path: string, aside: AsideName = (path, number) => `${path}.${number}`) {
    this.#path = path;
    this.#aside = aside;
  }

  /**
   * The last lines, oldest first, those of files put aside included.
   *
   * @returns `undefined` when there is no such log
   */
  async last(count: number): Promise<string[] | undefined> {
    const lines: string[] = [];
    let found = false;
    for (let number = 0; number === 0 || lines.length < count; number++) {
      const path = number === 0 ? this.#path : this.#aside(this.#path, number);
      const file = path && await Deno.open(path).catch(() => undefined);
      if (!file && number > 0) break;
      if (!file) continue;
      try {
        const { size, ino } = await file.stat();
        if (number === 0) {
          this.#offset = size;
          this.#inode = ino;
        }
        lines.unshift(...await lastLines(file, size, count - lines.length));
        found = true;
      } finally {
        file.close();
      }
    }
    return found ? lines : undefined;
  }

  /** What is added from now on, line by line, for ever. */
  async *follow(): AsyncGenerator<string> {
    const decoder = new TextDecoder();
    let pending = "";
    for (;;) {
      const info = await Deno.stat(this.#path).catch(() => undefined);
      if (info !== undefined) {
        if (info.ino !== this.#inode || info.size < this.#offset) {
          // The rest of the file that was put aside, then the new one from its beginning.
          const aside = this.#aside(this.#path, 1);
          if (aside) pending += decoder.decode(await this.#rest(aside, this.#inode));
          this.#offset = 0;
          this.#inode = info.ino;
        }
        pending += decoder.decode(await this.#rest(this.#path, this.#inode), { stream: true });
        const lines = pending.split("\n");
        pending = lines.pop()!;
        yield* lines;
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** What stands in a file behind the offset, if it is the file meant. */
  async #rest(path: string, inode: number | null): Promise<Uint8Array> {
    const file = await Deno.open(path).catch(() => undefined);
    if (file === undefined) return new Uint8Array();
    try {
      const { size, ino } = await file.stat();
      if (ino !== inode || size <= this.#offset) return new Uint8Array();
      const bytes = await readAt(file, this.#offset, size - this.#offset);
      this.#offset += bytes.length;
      return bytes;
    } finally {
      file.close();
    }
  }
}

async function lastLines(file: Deno.FsFile, size: number, count: number): Promise<string[]> {
  if (count === 0) return [];
  let start = size;
  let bytes: Uint8Array = new Uint8Array();
  let feeds = 0;
  while (start > 0 && feeds <= count) {
    const length = Math.min(CHUNK, start);
    start -= length;
    const chunk = await readAt(file, start, length);
    for (const byte of chunk) if (byte === 10) feeds++;
    const joined = new Uint8Array(chunk.length + bytes.length);
    joined.set(chunk);
    joined.set(bytes, chunk.length);
    bytes = joined;
  }
  const lines = new TextDecoder().decode(bytes).split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines.slice(-count);
}

async function readAt(file: Deno.FsFile, offset: number, length: number): Promise<Uint8Array> {
  await file.seek(offset, Deno.SeekMode.Start);
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const read = await file.read(bytes.subarray(filled));
    if (read === null) break;
    filled += read;
  }
  return bytes.subarray(0, filled);
}
