import { assertEquals, assertNotMatch, assertStrictEquals, assertThrows } from "@std/assert";
import { LineSplitter } from "../../lib/process/line_splitter.ts";
import { createMasker } from "../../lib/process/mask.ts";

Deno.test("Masker.mask() replaces every secret, the whole token before the half of it", () => {
  const masker = createMasker();
  masker.add("abcdefgh.ijklmnop", "ijklmnop");
  assertEquals(
    masker.mask("t=abcdefgh.ijklmnop c=ijklmnop a=abcdefgh"),
    "t=*** c=*** a=abcdefgh",
  );
});

Deno.test("Masker.mask() takes secrets literally", () => {
  const masker = createMasker();
  masker.add("a.b*c+d(e)", "[^]\\w+$|x/-");
  assertEquals(masker.mask("a.b*c+d(e) aXbbbc [^]\\w+$|x/-"), "*** aXbbbc ***");
});

Deno.test("Masker.mask() answers the same text when there is nothing to replace", () => {
  const masker = createMasker();
  const text = "nothing to see";
  assertStrictEquals(masker.mask(text), text);
  masker.add("secret-1");
  assertStrictEquals(masker.mask(text), text);
});

Deno.test("Masker.remove() takes back one add() of a secret", () => {
  const masker = createMasker();
  masker.add("secret-1");
  masker.add("secret-1");
  masker.remove("secret-1");
  assertEquals(masker.mask("secret-1"), "***");
  masker.remove("secret-1");
  assertEquals(masker.mask("secret-1"), "secret-1");
  masker.remove("secret-1");
});

Deno.test("Masker.add() refuses what would blot out ordinary text", () => {
  assertThrows(() => createMasker().add(""), RangeError);
  assertThrows(() => createMasker().add("short"), RangeError);
});

Deno.test("Masker.mask() knows the secrets of 200 extensions", () => {
  const masker = createMasker();
  const secrets = Array.from({ length: 200 }, () => [crypto.randomUUID(), crypto.randomUUID()]);
  for (const [a, b] of secrets) masker.add(`${a}.${b}`, b!);
  for (const [a, b] of secrets) assertEquals(masker.mask(`<${a}.${b}|${b}>`), "<***|***>");
});

Deno.test("Masker.cutAt() keeps LineSplitter from cutting through a secret", () => {
  const token = "abcdefghij.klmnopqrst";
  const masker = createMasker();
  masker.add(token, "klmnopqrst");
  // The secret at every place around the cut, arriving in chunks of every kind.
  for (let offset = 0; offset < 140; offset++) {
    const bytes = new TextEncoder().encode("-".repeat(offset) + token + "-".repeat(90) + "\n");
    for (const size of [1, 7, 64, 1000]) {
      const splitter = new LineSplitter({ maxLength: 64, rule: masker });
      let text = "";
      for (let i = 0; i < bytes.length; i += size) {
        for (const line of splitter.push(bytes.subarray(i, i + size))) {
          text += masker.mask(line.text);
        }
      }
      assertNotMatch(text, /[a-z]/);
      assertEquals(text, "-".repeat(offset) + "***" + "-".repeat(90));
    }
  }
});
