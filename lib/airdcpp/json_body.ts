/**
 * JSON that somebody else wrote.
 *
 * @module
 */

import { ApiError } from "./api_error.ts";

/** How deep values may be nested: twenty times what any client needs. */
const DEEPEST = 128;

/**
 * Parses JSON; an empty text is `null` (contracts: AirDC++ 10.2).
 *
 * @throws {ApiError} 400 for what is no JSON or nested more than 128 levels deep
 *
 * @example
 * ```ts
 * import { parseJson } from "./json_body.ts";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * assertEquals(parseJson(""), null);
 * assertEquals(parseJson('{"a":"[[["}'), { a: "[[[" });
 * assertThrows(() => parseJson("[".repeat(129) + "]".repeat(129)));
 * ```
 */
export function parseJson(text: string): unknown {
  if (text === "") return null;
  if (isTooDeep(text)) throw new ApiError(400, `JSON is nested more than ${DEEPEST} levels deep`);
  try {
    return JSON.parse(text);
  } catch {
    if (text.trim() === "") return null;
    throw new ApiError(400, "The request is not valid JSON");
  }
}

/** Looked at before parsing, because what is too deep may end in a stack overflow anywhere behind. */
function isTooDeep(text: string): boolean {
  if (text.length <= DEEPEST * 2) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === 0x22) {
      at = endOfString(text, at + 1);
    } else if (char === 0x5b || char === 0x7b) {
      if (++depth > DEEPEST) return true;
    } else if (char === 0x5d || char === 0x7d) {
      depth--;
    }
  }
  return false;
}

/** Where the quotation mark is that ends a string, or the end of the text. */
function endOfString(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === 0x5c) at++;
    else if (char === 0x22) return at;
  }
  return text.length;
}
