/**
 * The 512 bytes before each entry of a tar archive (POSIX ustar, and what GNU tar writes).
 *
 * @module
 */

import { ArchiveError, shown } from "./archive_error.ts";

/** Everything in a tar archive is a multiple of this, in bytes. */
export const BLOCK = 512;

/** One header, its fields read but the path not yet judged. */
export interface TarHeader {
  /** With the `prefix` of ustar before it. */
  path: string;
  size: number;
  mode: number;
  /** `0`, `5`, `x` and so on. */
  type: string;
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const SPACE = 0x20;
const CHECKSUM = { from: 148, to: 156 };

/**
 * Reads a header.
 *
 * @throws {ArchiveError} when it is damaged
 */
export function parseHeader(block: Uint8Array): TarHeader {
  if (number(block, CHECKSUM.from, 8, "checksum") !== checksum(block)) {
    throw new ArchiveError("The archive is damaged: the checksum of a header is wrong");
  }
  const name = text(block, 0, 100);
  // GNU tar has times where ustar has the prefix; its magic is "ustar " with a space.
  const isUstar = text(block, 257, 6) === "ustar";
  const prefix = isUstar ? text(block, 345, 155) : "";
  const type = block[156] === 0 ? "0" : String.fromCharCode(block[156]!);
  return {
    path: prefix === "" ? name : `${prefix}/${name}`,
    size: number(block, 124, 12, `size of ${shown(name)}`),
    mode: number(block, 100, 8, `mode of ${shown(name)}`),
    type,
  };
}

/** Whether a block is all zeros: two of them end an archive. */
export function isZero(block: Uint8Array): boolean {
  return block.every((byte) => byte === 0);
}

/**
 * A text that ends at its first NUL.
 *
 * @throws {ArchiveError} when it is not UTF-8
 */
export function text(bytes: Uint8Array, from: number, length: number): string {
  const field = bytes.subarray(from, from + length);
  const end = field.indexOf(0);
  return decoded(end < 0 ? field : field.subarray(0, end));
}

/**
 * Bytes as text.
 *
 * @throws {ArchiveError} when they are not UTF-8
 */
export function decoded(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new ArchiveError("The archive is damaged: a name in it is not UTF-8", { cause });
  }
}

/** The checksum counts itself as spaces. */
function checksum(block: Uint8Array): number {
  let sum = 0;
  for (let index = 0; index < BLOCK; index++) sum += block[index]!;
  for (let index = CHECKSUM.from; index < CHECKSUM.to; index++) sum += SPACE - block[index]!;
  return sum;
}

/** Octal digits, or with the highest bit set a binary number, as GNU tar writes large ones. */
function number(block: Uint8Array, from: number, length: number, what: string): number {
  const wrong = () => new ArchiveError(`The archive is damaged: the ${what} is no usable number`);
  if (block[from]! & 0x80) {
    if (block[from] !== 0x80) throw wrong();
    let value = 0;
    for (let index = from + 1; index < from + length; index++) {
      value = value * 256 + block[index]!;
      if (value > Number.MAX_SAFE_INTEGER) throw wrong();
    }
    return value;
  }
  let digits = "";
  for (let index = from; index < from + length; index++) {
    digits += String.fromCharCode(block[index]!);
  }
  const octal = /^ *([0-7]*)[ \0]*$/.exec(digits)?.[1];
  if (octal === undefined) throw wrong();
  return octal === "" ? 0 : parseInt(octal, 8);
}
