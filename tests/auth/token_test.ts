import { assert, assertEquals, assertFalse, assertMatch } from "@std/assert";
import { createCredential, digestKey, SecretDigest } from "../../lib/auth/token.ts";

Deno.test("createCredential() makes a token of 47 and 49 characters with one dot", () => {
  const { accessToken, connectToken } = createCredential();
  assertMatch(accessToken, /^[A-Za-z0-9_-]{47}\.[A-Za-z0-9_-]{49}$/);
  assertEquals(accessToken.split(".")[1], connectToken);
});

Deno.test("createCredential() never repeats a half, and every character is as likely as another", () => {
  const seen = new Set<string>();
  const counts = new Map<string, number>();
  for (let i = 0; i < 2000; i++) {
    for (const half of createCredential().accessToken.split(".")) {
      assertFalse(seen.has(half));
      seen.add(half);
      for (const character of half) counts.set(character, (counts.get(character) ?? 0) + 1);
    }
  }
  assertEquals(counts.size, 64);
  // 3000 expected each; six standard deviations are 326.
  for (const count of counts.values()) assert(Math.abs(count - 3000) < 330, String(count));
});

Deno.test("SecretDigest.matches() accepts the secret alone, whatever the length of others", () => {
  const digest = new SecretDigest("correct");
  assert(digest.matches("correct"));
  for (const wrong of ["", "c", "correc", "correct ", "Correct", "correct".repeat(1000), "\0"]) {
    assertFalse(digest.matches(wrong), wrong);
  }
});

Deno.test("digestKey() is SHA-256 in hex", () => {
  assertEquals(
    digestKey("abc"),
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
});
