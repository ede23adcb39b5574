/**
 * How deeply JSON is nested, found without parsing it.
 *
 * @module
 */

/**
 * Whether a JSON text is nested deeper than `levels`. For a text that is no JSON it means nothing.
 *
 * @example
 * ```ts
 * import { isDeeperThan } from "./json_depth.ts";
 * import { assert, assertFalse } from "@std/assert";
 *
 * assert(isDeeperThan(2, '{"a": [[1]]}'));
 * assertFalse(isDeeperThan(2, '{"a": ["[[["]}'));
 * ```
 */
export function isDeeperThan(levels: number, text: string): boolean {
  if (text.length <= levels * 2) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === 0x22) {
      at = endOfString(text, at + 1);
    } else if (char === 0x5b || char === 0x7b) {
      if (++depth > levels) return true;
    } else if (char === 0x5d || char === 0x7d) {
      depth--;
    }
  }
  return false;
}

/** Where the quotation mark is that ends a string, or the end of the text. */
function endOfString(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(at - 1 - backslashes) === 0x5c) backslashes++;
    if (backslashes % 2 === 0) return at;
  }
  return text.length;
}
