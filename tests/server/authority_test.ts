import { assertEquals } from "@std/assert";
import { isAddress, parseAuthority } from "../../lib/server/authority.ts";

Deno.test("parseAuthority() reads names, addresses and ports", () => {
  assertEquals(parseAuthority("App.Example"), { host: "app.example" });
  assertEquals(parseAuthority("a_b:8080"), { host: "a_b", port: 8080 });
  assertEquals(parseAuthority("[::1]:80"), { host: "[::1]", port: 80 });
});

Deno.test("parseAuthority() refuses what is not plainly one", () => {
  for (
    const text of [
      "",
      ":80",
      "a:",
      "a:080",
      "a:65536",
      "a:99999999",
      "a, b",
      "a b",
      "u@a",
      "a/b",
      "a:80:80",
      "::1",
      "[::1",
      "é",
      "a\t",
    ]
  ) assertEquals(parseAuthority(text), undefined, text);
});

Deno.test("isAddress() takes canonical spellings only", () => {
  for (const host of ["127.0.0.1", "0.0.0.0", "255.255.255.255", "[::1]", "[2001:db8::1]"]) {
    assertEquals(isAddress(host), true, host);
  }
  for (
    const host of [
      "127.1",
      "2130706433",
      "0x7f000001",
      "127.0.0.01",
      "256.0.0.1",
      "1.2.3.4.5",
      "[0:0:0:0:0:0:0:1]",
      "[::ffff:1.2.3.4]",
      "[:::]",
      "localhost",
    ]
  ) assertEquals(isAddress(host), false, host);
});
