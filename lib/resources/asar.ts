/**
 * The table of contents of an ASAR archive (contracts: Neutralino 1.6). Pure: bytes in, table out.
 *
 * @module
 */

/** Bytes before the JSON of the table. */
export const ASAR_PREFIX = 16;

/** Larger tables are refused: a hostile length must not make the host allocate gigabytes. */
export const MAX_ASAR_HEADER = 67_108_864;

const MAX_DEPTH = 256;

/** A file of an archive; `offset` counts from the first byte of the archive. */
export interface AsarFile {
  kind: "file";
  offset: number;
  size: number;
}

/** A folder of an archive. A `Map`, so that no name means anything special. */
export interface AsarDirectory {
  kind: "directory";
  entries: Map<string, AsarNode>;
}

/** One node of the table. */
export type AsarNode = AsarFile | AsarDirectory;

/** The bytes are no archive this host can read; `message` says what is wrong. */
export class AsarFormatError extends Error {
  override readonly name = "AsarFormatError";
}

/**
 * How many bytes the table takes, read from the first 16 bytes of an archive.
 *
 * @returns the length of `H`, the number of bytes from offset 8 to the first file's content
 * @throws {AsarFormatError} when these are not the first bytes of an archive of `archiveSize` bytes
 */
export function asarHeaderSize(prefix: Uint8Array, archiveSize: number): number {
  if (prefix.length < ASAR_PREFIX) throw new AsarFormatError("it ends within its first 16 bytes");
  const view = new DataView(prefix.buffer, prefix.byteOffset, prefix.byteLength);
  if (view.getUint32(0, true) !== 4) throw new AsarFormatError("it does not begin as an archive");
  const size = view.getUint32(4, true);
  if (size < 8 || size > MAX_ASAR_HEADER || 8 + size > archiveSize) {
    throw new AsarFormatError(`its table cannot have ${size} bytes`);
  }
  return size;
}

/**
 * Reads the table of contents.
 *
 * @param json the `headerSize - 8` bytes at offset 16, zero-padded
 * @param headerSize see {@linkcode asarHeaderSize}
 * @param archiveSize bytes of the archive; no entry may reach beyond
 * @returns the root folder. Links and unpacked files are left out, as are names that could mean
 * another place when extracted (`..`, slashes)
 * @throws {AsarFormatError} when the table is broken
 */
export function parseAsarTable(
  json: Uint8Array,
  headerSize: number,
  archiveSize: number,
): AsarDirectory {
  let end = json.length;
  while (end > 0 && json[end - 1] === 0) end--;
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(json.subarray(0, end)));
  } catch (cause) {
    throw new AsarFormatError("its table is not JSON", { cause });
  }
  const root = readNode(header, 8 + headerSize, archiveSize, 0);
  if (root?.kind !== "directory") throw new AsarFormatError("its table has no files");
  return root;
}

/** @returns `undefined` for nodes that are left out */
function readNode(
  node: unknown,
  dataStart: number,
  archiveSize: number,
  depth: number,
): AsarNode | undefined {
  if (depth > MAX_DEPTH) throw new AsarFormatError(`its folders nest deeper than ${MAX_DEPTH}`);
  if (!isRecord(node)) throw new AsarFormatError("its table holds something that is no entry");
  if (Object.hasOwn(node, "files")) {
    if (!isRecord(node.files)) throw new AsarFormatError("a folder of its table is no object");
    const entries = new Map<string, AsarNode>();
    for (const [name, child] of Object.entries(node.files)) {
      if (name === "" || name === "." || name === ".." || /[/\\\0]/.test(name)) continue;
      const read = readNode(child, dataStart, archiveSize, depth + 1);
      if (read !== undefined) entries.set(name, read);
    }
    return { kind: "directory", entries };
  }
  if (Object.hasOwn(node, "link") || node.unpacked === true) return undefined;
  const size = Object.hasOwn(node, "size") ? node.size : undefined;
  const text = Object.hasOwn(node, "offset") ? node.offset : undefined;
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) {
    throw new AsarFormatError("a file of its table has no size");
  }
  if (typeof text !== "string" || !/^\d{1,16}$/.test(text)) {
    throw new AsarFormatError("a file of its table has no offset");
  }
  const offset = dataStart + Number(text);
  if (!Number.isSafeInteger(offset + size) || offset + size > archiveSize) {
    throw new AsarFormatError("a file of its table reaches beyond its end");
  }
  return { kind: "file", offset, size };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
