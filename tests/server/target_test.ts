import { assertEquals } from "@std/assert";
import { requestAuthority, requestTarget, targetPath } from "../../lib/server/target.ts";

const CASES: [url: string, authority: string, target: string][] = [
  ["http://localhost:8123/", "localhost:8123", "/"],
  ["http://localhost:8123", "localhost:8123", "/"],
  [
    "http://localhost:8123/../../etc/%2e%2e/passwd%00?x",
    "localhost:8123",
    "/../../etc/%2e%2e/passwd%00?x",
  ],
  ["http://localhost:1//evil/x", "localhost:1", "//evil/x"],
  ["http://localhost:1/a\\..\\b", "localhost:1", "/a\\..\\b"],
  ["http://evil.example?x", "evil.example", "/?x"],
  ["http://localhost:1/*", "localhost:1", "/*"],
  ["http://localhost:1/a?u=http://b/c", "localhost:1", "/a?u=http://b/c"],
  ["http://localhost:1/a#b/c", "localhost:1", "/a#b/c"],
  ["http://u:p@localhost:1/", "u:p@localhost:1", "/"],
  ["http+unix://%2Ftmp%2Fs/a", "%2Ftmp%2Fs", "/a"],
  ["http:///x", "", "/x"],
  ["http://[::1]:80/x", "[::1]:80", "/x"],
];

for (const [url, authority, target] of CASES) {
  Deno.test(`requestTarget() and requestAuthority() cut ${url} without folding it`, () => {
    assertEquals(requestAuthority(url), authority);
    assertEquals(requestTarget(url), target);
  });
}

Deno.test("targetPath() ends at the first raw ? or #, not at an encoded one", () => {
  assertEquals(targetPath("/a%3Fb?c?d"), "/a%3Fb");
  assertEquals(targetPath("/a#b?c"), "/a");
  assertEquals(targetPath("/a"), "/a");
});
