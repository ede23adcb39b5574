/**
 * How deeply JSON is nested.
 *
 * @module
 */

/**
 * The depth of a JSON text, found without parsing it. For a text that is no JSON it means nothing.
 *
 * @example
 * ```ts
 * import { jsonDepth } from "./json_depth.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(jsonDepth('{"a": [1, "[[["]}'), 2);
 * ```
 */
export function jsonDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (inString) {
      if (character === "\\") index++;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === "{" || character === "[") deepest = Math.max(deepest, ++depth);
    else if (character === "}" || character === "]") depth--;
  }
  return deepest;
}
