/**
 * PAX records: what says more about an entry than its header has room for.
 *
 * @module
 */

import { ArchiveError, shown } from "./archive_error.ts";
import { decoded } from "./tar_header.ts";

/** What PAX records can replace. */
export interface PaxValues {
  path?: string | undefined;
  size?: number | undefined;
}

const SPACE = 0x20;
const NEWLINE = 0x0a;
const EQUALS = 0x3d;

/**
 * Reads records of the form `<length> <key>=<value>\n`. An empty value takes back an earlier one.
 *
 * @throws {ArchiveError} when they are damaged, or tell of a kind of file that is not unpacked
 *
 * @example
 * ```ts
 * import { parsePax } from "./pax.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const records = new TextEncoder().encode("14 path=a/b.c\n12 size=345\n");
 * assertEquals(parsePax(records), { path: "a/b.c", size: 345 });
 * ```
 */
export function parsePax(bytes: Uint8Array): PaxValues {
  const values: PaxValues = {};
  let rest = bytes;
  while (rest.length > 0) {
    const space = rest.indexOf(SPACE);
    const digits = space > 0 && space < 10 ? decoded(rest.subarray(0, space)) : "";
    const length = /^[1-9]\d*$/.test(digits) ? Number(digits) : 0;
    const record = rest.subarray(space + 1, length - 1);
    const equals = record.indexOf(EQUALS);
    // Beyond the end there is no newline either.
    if (equals < 1 || rest[length - 1] !== NEWLINE) {
      throw new ArchiveError("The archive is damaged: a PAX record has no usable form");
    }
    take(values, decoded(record.subarray(0, equals)), record.subarray(equals + 1));
    rest = rest.subarray(length);
  }
  return values;
}

function take(values: PaxValues, key: string, value: Uint8Array): void {
  if (key.startsWith("GNU.sparse.")) {
    throw new ArchiveError("The archive has a file with holes, which is not unpacked");
  }
  if (key === "path") values.path = value.length === 0 ? undefined : decoded(value);
  if (key !== "size") return;
  const digits = decoded(value);
  const size = Number(digits);
  if (!/^\d*$/.test(digits) || !Number.isSafeInteger(size)) {
    throw new ArchiveError(`The archive is damaged: a PAX size is ${shown(digits)}`);
  }
  values.size = digits === "" ? undefined : size;
}
