/** How deep JSON may be nested. */

import { assertEquals, assertThrows } from "@std/assert";
import { parseJson } from "../../lib/airdcpp/json_body.ts";

const deep = (levels: number, inner = "1") => "[".repeat(levels) + inner + "]".repeat(levels);
/** Long enough to be looked at. */
const PAD = " ".repeat(300);

Deno.test("parseJson() takes 128 levels and refuses 129", () => {
  parseJson(deep(128) + PAD);
  assertThrows(() => parseJson(deep(129) + PAD));
  parseJson(`[${Array.from({ length: 1000 }, () => "[[{}]]").join()}]`);
});

Deno.test("parseJson() counts no brackets in texts, whatever is escaped in them", () => {
  const brackets = "[".repeat(500);
  for (const text of [brackets, `\\"${brackets}`, `\\\\`, `\\\\\\"${brackets}`]) {
    const json = `{"a":"${text}","b":[1]}${PAD}`;
    assertEquals(parseJson(json), JSON.parse(json));
  }
  // The text ends before the brackets: its last character is an escaped backslash.
  assertThrows(() => parseJson(`["\\\\",${deep(200)}]`));
});
