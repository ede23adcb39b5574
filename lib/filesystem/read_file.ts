/**
 * Reading a file, or a part of it, without ever holding all of a large one.
 *
 * @module
 */

import { HostError } from "../errors.ts";
import { refuseWaiting } from "./file_kind.ts";
import type { SeenFiles } from "./seen_files.ts";

/** Which bytes; a negative number stands for the beginning or for the end. */
export interface Slice {
  pos: number;
  size: number;
}

/** The bytes of a small file, or those of another in pieces of a multiple of three bytes. */
export type FileContent = Uint8Array<ArrayBuffer> | AsyncIterable<Uint8Array>;

/** Size of a piece: a multiple of three, so that base64 of pieces can be joined. */
const PIECE = 3 << 18;
/** A program that reads for us is ended after this time, milliseconds. */
const PROGRAM_MS = 10_000;

/**
 * Opens a file.
 *
 * Files of procfs and devices say that they have no bytes and are read until they end, if they do;
 * whoever takes the pieces has to stop when there are too many. Pipes, sockets and terminals are
 * refused, because reading them waits for somebody.
 *
 * @throws {HostError} `NE_FS_FILRDER` when it is not there or may not be read
 * @throws {TypeError} when it is a folder or of a kind that is refused
 */
export async function readFile(
  path: string,
  { pos, size }: Slice,
  seen: SeenFiles,
): Promise<FileContent> {
  const whole = pos <= 0 && size < 0;
  if (whole && (seen.sizeOf(path) ?? Infinity) <= PIECE) {
    try {
      return await Deno.readFile(path);
    } catch {
      // The kind of failure depends on what is there now.
    }
  }
  let info: Deno.FileInfo;
  try {
    info = await Deno.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return throughProgram(path, { pos, size });
    throw new HostError("NE_FS_FILRDER", path);
  }
  refuseWaiting(path, info);
  if (info.isDirectory) throw new TypeError(`Cannot read "${path}": it is a folder`);
  const known = info.isFile && info.size > 0;
  if (known) seen.add(path, info.size);
  try {
    if (whole && known && info.size <= PIECE) return await Deno.readFile(path);
    if (known && pos >= info.size) return new Uint8Array(0);
    const file = await Deno.open(path);
    return pieces(file, { pos, size });
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return throughProgram(path, { pos, size });
    throw new HostError("NE_FS_FILRDER", path);
  }
}

async function* pieces(file: Deno.FsFile, { pos, size }: Slice): AsyncGenerator<Uint8Array> {
  using _ = file;
  if (file.isTerminal()) throw new TypeError("Cannot read a terminal");
  if (pos > 0) await file.seek(pos, Deno.SeekMode.Start);
  yield* filled((buffer) => file.read(buffer), size);
}

/** Pieces of full size, but for the last, until the end or until there are `size` bytes. */
async function* filled(
  read: (buffer: Uint8Array<ArrayBuffer>) => Promise<number | null>,
  size: number,
): AsyncGenerator<Uint8Array> {
  let left = size < 0 ? Infinity : size;
  const buffer = new Uint8Array(Math.min(PIECE, left));
  while (left > 0) {
    const wanted = Math.min(PIECE, left);
    let length = 0;
    while (length < wanted) {
      const count = await read(buffer.subarray(length, wanted));
      if (count === null) {
        left = 0;
        break;
      }
      length += count;
    }
    left -= length;
    yield buffer.subarray(0, length);
  }
}

/**
 * The runtime opens nothing below `/proc`, `/sys` and most of `/dev` for a program that has not been
 * given each and every permission, and the executable has not. Another program may.
 */
async function* throughProgram(path: string, { pos, size }: Slice): AsyncGenerator<Uint8Array> {
  const child = new Deno.Command("cat", {
    args: ["--", path],
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const stop = () => {
    try {
      child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
  };
  const timer = setTimeout(stop, PROGRAM_MS);
  const reader = child.stdout.getReader();
  let chunk: Uint8Array = new Uint8Array(0);
  let skip = Math.max(pos, 0);
  let ended = false;
  async function read(buffer: Uint8Array): Promise<number | null> {
    while (chunk.length === 0) {
      const { value, done } = await reader.read();
      if (done) {
        ended = true;
        return null;
      }
      chunk = value.subarray(Math.min(skip, value.length));
      skip -= value.length - chunk.length;
    }
    const part = chunk.subarray(0, buffer.length);
    buffer.set(part);
    chunk = chunk.subarray(part.length);
    return part.length;
  }
  try {
    yield* filled(read, size);
    if (ended && !(await child.status).success) throw new HostError("NE_FS_FILRDER", path);
  } finally {
    clearTimeout(timer);
    // It may be writing still, for nobody.
    if (!ended) stop();
    await reader.cancel();
    await child.status;
  }
}
