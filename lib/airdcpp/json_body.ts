/**
 * JSON that somebody else wrote.
 *
 * @module
 */

import { isDeeperThan } from "../router/json_depth.ts";
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
  // Before parsing, because what is too deep may end in a stack overflow anywhere behind.
  if (isDeeperThan(DEEPEST, text)) {
    throw new ApiError(400, `JSON is nested more than ${DEEPEST} levels deep`);
  }
  try {
    return JSON.parse(text);
  } catch {
    if (text.trim() === "") return null;
    throw new ApiError(400, "The request is not valid JSON");
  }
}
