/**
 * What is wrong with an archive.
 *
 * @module
 */

/** Thrown for an archive that is damaged, too large or not safe to unpack. */
export class ArchiveError extends Error {
  override readonly name = "ArchiveError";
}

/**
 * Text from an archive for a message: quoted, on one line, and not endless.
 *
 * @example
 * ```ts
 * import { shown } from "./archive_error.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(shown("a\nb"), String.raw`"a\nb"`);
 * ```
 */
export function shown(text: string): string {
  const whole = text.length > 120 ? `${text.slice(0, 60)}…${text.slice(-50)}` : text;
  return JSON.stringify(whole).replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u${character.codePointAt(0)!.toString(16).padStart(4, "0")}`,
  );
}
