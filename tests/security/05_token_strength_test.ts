/** Row 5: tokens cannot be guessed, and one half tells nothing of the other. */

import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { createCredential } from "../../lib/auth/token.ts";
import { startTestHost } from "../../lib/testing.ts";

/** Six bits a character. */
const BITS = 6;
const SAMPLES = 4000;

Deno.test("each half of a token has 128 bits and more, in the shape that clients split", () => {
  const [first, second, ...more] = createCredential().accessToken.split(".");
  assertEquals(more, []);
  for (const half of [first!, second!]) {
    assertMatch(half, /^[A-Za-z0-9_-]+$/);
    assert(half.length * BITS >= 128);
  }
});

Deno.test("tokens come from the generator of the system", () => {
  const original = crypto.getRandomValues;
  let asked = 0;
  crypto.getRandomValues = ((array: Uint8Array<ArrayBuffer>) => {
    asked += array.length;
    return original.call(crypto, array);
  }) as typeof original;
  const random = Math.random;
  Math.random = () => {
    throw new Error("no source of secrets");
  };
  try {
    assertEquals(createCredential().accessToken.length, asked + 1);
  } finally {
    crypto.getRandomValues = original;
    Math.random = random;
  }
});

Deno.test("no character of a half depends on its place or on the other half", () => {
  const tokens = Array.from({ length: SAMPLES }, () => createCredential().accessToken.split("."));
  const halves = tokens.flat();
  assertEquals(new Set(halves).size, halves.length);
  // Pearson's correlation of one character with another: for independent ones it is below 0.1 with
  // more than six standard deviations.
  const column = (half: number, at: number) => tokens.map((token) => token[half]!.charCodeAt(at));
  for (let at = 0; at < 47; at++) {
    const left = column(0, at);
    assert(new Set(left).size > 60, `place ${at} takes few values`);
    for (const right of [column(1, at), column(1, 48 - at), column(0, (at + 1) % 47)]) {
      assert(Math.abs(correlation(left, right)) < 0.1, `place ${at}`);
    }
  }
});

Deno.test("every caller of every host has a token of its own", async () => {
  await using one = await startTestHost();
  await using two = await startTestHost();
  const tokens = [one, two].flatMap(({ host }) => [host.tokens.page, host.tokens.backend]);
  const halves = tokens.flatMap((token) => token.split("."));
  assertEquals(new Set(halves).size, 8);
  assertNotEquals(tokens[0], tokens[1]);
});

function correlation(a: number[], b: number[]): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [da, db] = [a[i]! - ma, b[i]! - mb];
    ab += da * db;
    aa += da * da;
    bb += db * db;
  }
  return ab / Math.sqrt(aa * bb);
}
