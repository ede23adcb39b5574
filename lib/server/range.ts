/**
 * The `Range` header, as far as it is recognised (contracts: Neutralino 2.10).
 *
 * @module
 */

/** A part of a file. */
export interface ByteRange {
  /** First byte. */
  start: number;
  /** The byte after the last one. */
  end: number;
}

const RANGE = /^bytes=([0-9]+)-([0-9]*)$/;

/**
 * Which bytes of a file a `Range` header asks for.
 *
 * An end before the start means "to the end of the file", which RFC 9110 would call invalid.
 *
 * @param header the header's value, `null` where there is none
 * @param size of the file, bytes
 * @returns `whole` for anything but a single `bytes=<start>-<end?>`; `unsatisfiable` where the
 * start is at or after the end of the file
 *
 * @example
 * ```ts
 * import { parseRange } from "./range.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseRange("bytes=2-4", 10), { start: 2, end: 5 });
 * assertEquals(parseRange("bytes=-3", 10), "whole");
 * ```
 */
export function parseRange(
  header: string | null,
  size: number,
): ByteRange | "whole" | "unsatisfiable" {
  const match = header === null ? null : RANGE.exec(header);
  if (match === null) return "whole";
  const start = Number(match[1]);
  if (start >= size) return "unsatisfiable";
  const last = match[2] === "" ? size - 1 : Number(match[2]);
  return { start, end: last < start ? size : Math.min(last + 1, size) };
}
