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

/**
 * Opens a file.
 *
 * Files of procfs and devices say that they have no bytes and are read until they end, if they do;
 * whoever takes the pieces has to stop when there are too many. Pipes, sockets and terminals are
 * refused, because reading them waits for somebody.
 *
 * @throws {HostError} `NE_FS_FILRDER` when it is not there or may not be read
 * @throws {TypeError} when it is a folder or of a kind that is refused
 * @throws {Deno.errors.NotCapable} when this process was not given the right to read it
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
    if (error instanceof Deno.errors.NotCapable) throw error;
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
    if (error instanceof Deno.errors.NotCapable) throw error;
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
