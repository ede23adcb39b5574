/**
 * Writing packages as gzip-compressed tar (contracts: AirDC++ 2.2). The same files give the same
 * bytes, whoever packs them and when.
 *
 * @module
 */

/** A file to be written. */
export interface TarFile {
  /** Where it is in the archive, with `/`. */
  path: string;
  /** In bytes. */
  size: number;
  executable: boolean;
  /** Its bytes; read when its turn comes, and not before. */
  open(): AsyncIterable<Uint8Array> | Promise<AsyncIterable<Uint8Array>>;
}

const BLOCK = 512;
/** Of all files: 1985-10-26T08:15:00Z, as npm writes it. Zero is refused by some programs. */
const MTIME = 499_162_500;
/** What eleven octal digits can say. */
const MAX_SIZE = 8 ** 11 - 1;

/**
 * An archive of files, in the order of their paths and without entries for folders. No more than a
 * part of one file is in memory.
 *
 * @throws {Error} from the stream, when a path cannot be written, or a file has another size than it
 * said
 *
 * @example
 * ```ts
 * import { tarStream } from "./tar_writer.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const content = new TextEncoder().encode("{}");
 * const file = {
 *   path: "package/package.json",
 *   size: content.length,
 *   executable: false,
 *   open: () => ReadableStream.from([content]),
 * };
 * const bytes = await new Response(tarStream([file])).bytes();
 * assertEquals(bytes.length, 4 * 512); // header, content, two empty blocks
 * ```
 */
export function tarStream(files: readonly TarFile[]): ReadableStream<Uint8Array<ArrayBuffer>> {
  return ReadableStream.from(blocks(files));
}

/** {@linkcode tarStream}, compressed. */
export function tgzStream(files: readonly TarFile[]): ReadableStream<Uint8Array<ArrayBuffer>> {
  return tarStream(files).pipeThrough(new CompressionStream("gzip"));
}

async function* blocks(files: readonly TarFile[]): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (const file of [...files].sort((a, b) => a.path < b.path ? -1 : 1)) {
    yield header(file);
    let written = 0;
    for await (const part of await file.open()) {
      written += part.length;
      if (written > file.size) break;
      yield new Uint8Array(part);
    }
    if (written !== file.size) {
      throw new Error(`Cannot pack "${file.path}": it changed while it was read`);
    }
    yield new Uint8Array(padding(written));
  }
  yield new Uint8Array(2 * BLOCK);
}

/** The header of a file, behind one with its path where that is too long for it. */
function header(file: TarFile): Uint8Array<ArrayBuffer> {
  const { path, size } = file;
  if (path === "" || path.includes("\0") || path.startsWith("/")) {
    throw new Error(`Cannot pack ${JSON.stringify(path)}: no archive can have such a path`);
  }
  if (!Number.isSafeInteger(size) || size < 0 || size > MAX_SIZE) {
    throw new Error(`Cannot pack "${path}": ${size} bytes are no size for an archive`);
  }
  const mode = file.executable ? 0o755 : 0o644;
  const place = split(path);
  if (place !== undefined) return block({ ...place, size, mode, type: "0" });
  const record = paxRecord("path", path);
  const short = { prefix: "", mode, name: shortened(path) };
  return joined([
    block({ ...short, name: shortened(`PaxHeader/${path}`), size: record.length, type: "x" }),
    record,
    new Uint8Array(padding(record.length)),
    block({ ...short, size, type: "0" }),
  ]);
}

interface Place {
  /** Up to 155 bytes. */
  prefix: string;
  /** Up to 100 bytes. */
  name: string;
}

/** A path in the two fields it may stand in. */
function split(path: string): Place | undefined {
  if (bytesOf(path).length <= 100) return { prefix: "", name: path };
  for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1)) {
    const [prefix, name] = [path.slice(0, at), path.slice(at + 1)];
    if (bytesOf(prefix).length > 155) return undefined;
    if (prefix !== "" && name !== "" && bytesOf(name).length <= 100) return { prefix, name };
  }
  return undefined;
}

/** For programs that do not read what stands before it. */
function shortened(path: string): string {
  let short = path.slice(0, 100);
  while (bytesOf(short).length > 100) short = short.slice(0, -1);
  return short.replace(/[\ud800-\udbff]$/, "");
}

function block(
  { prefix, name, size, mode, type }: Place & { size: number; mode: number; type: "0" | "x" },
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(BLOCK);
  const text = (value: string, at: number) => bytes.set(bytesOf(value), at);
  const octal = (value: number, at: number, digits: number) =>
    text(value.toString(8).padStart(digits, "0"), at);
  text(name, 0);
  octal(mode, 100, 7);
  octal(0, 108, 7); // owner
  octal(0, 116, 7); // group
  octal(size, 124, 11);
  octal(MTIME, 136, 11);
  text(" ".repeat(8), 148); // counts as spaces in its own sum
  text(type, 156);
  text("ustar\x0000", 257);
  text(prefix, 345);
  octal(bytes.reduce((sum, byte) => sum + byte), 148, 6);
  bytes[154] = 0;
  return bytes;
}

/** `<length> <key>=<value>\n`, where the length counts itself. */
function paxRecord(key: string, value: string): Uint8Array<ArrayBuffer> {
  const rest = bytesOf(` ${key}=${value}\n`).length;
  let length = rest + String(rest).length;
  if (String(length).length > String(rest).length) length++;
  return bytesOf(`${length} ${key}=${value}\n`);
}

function padding(size: number): number {
  return (BLOCK - size % BLOCK) % BLOCK;
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
