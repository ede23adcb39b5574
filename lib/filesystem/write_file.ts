/**
 * Writing a whole file, or to its end.
 *
 * @module
 */

import { refuseWaiting, statIfThere } from "./file_kind.ts";
import type { SeenFiles } from "./seen_files.ts";

/** Settings of a write. */
export interface WriteOptions {
  /** Adds to what is there instead of taking its place. */
  append: boolean;
  seen: SeenFiles;
}

/** Texts above this are encoded and written in pieces: each takes about a millisecond. */
const PIECE = 1 << 20;

const encoder = new TextEncoder();

/**
 * Writes UTF-8. The file is made where it is not there, its folder is not.
 *
 * @throws {TypeError} for a kind of file that would wait
 * @throws {Error} for whatever the operating system refuses
 */
export function writeText(path: string, text: string, options: WriteOptions): Promise<void> {
  if (text.length <= PIECE) return writeBytes(path, encoder.encode(text), options);
  return checked(path, options, async () => {
    using file = await Deno.open(path, openOptions(options));
    const buffer = new Uint8Array(PIECE);
    let length = 0;
    for (let at = 0; at < text.length;) {
      const { read, written } = encoder.encodeInto(text.substring(at), buffer);
      await writeAll(file, buffer.subarray(0, written));
      at += read;
      length += written;
    }
    return length;
  });
}

/** The same for bytes. */
export function writeBytes(path: string, bytes: Uint8Array, options: WriteOptions): Promise<void> {
  return checked(path, options, async () => {
    await Deno.writeFile(path, bytes, { append: options.append });
    return bytes.length;
  });
}

/** @param write returns how many bytes it has written */
async function checked(
  path: string,
  { append, seen }: WriteOptions,
  write: () => Promise<number>,
): Promise<void> {
  let size = seen.sizeOf(path);
  if (size === undefined) {
    const info = await statIfThere(path);
    if (info !== undefined) refuseWaiting(path, info);
    if (info === undefined || info.isFile) size = info?.size ?? 0;
  }
  try {
    const length = await write();
    if (size !== undefined) seen.add(path, append ? size + length : length);
  } catch (error) {
    seen.delete(path);
    throw error;
  }
}

function openOptions({ append }: WriteOptions): Deno.OpenOptions {
  return { create: true, ...(append ? { append } : { write: true, truncate: true }) };
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
}
