import { assert, assertEquals } from "@std/assert";
import { Grant } from "../../lib/auth/grant.ts";
import {
  coversHost,
  hostMatches,
  hostOfUrl,
  parseHostPattern,
} from "../../lib/auth/host_pattern.ts";
import { parseAddress } from "../../lib/net/outgoing.ts";
import { generator } from "../security/hostile_paths.ts";

const CASES: [pattern: string, url: string, matches: boolean][] = [
  ["example.org", "https://example.org/", true],
  ["example.org", "http://example.org:8080/x", true],
  ["example.org", "https://EXAMPLE.org./", true],
  ["EXAMPLE.org", "https://example.org/", true],
  ["example.org", "https://a.example.org/", false],
  ["example.org", "https://example.org.evil.test/", false],
  ["example.org", "https://evil.test/example.org", false],
  ["example.org", "https://example.org@evil.test/", false],
  ["example.org", "https://evil.test#@example.org/", false],
  ["example.org:443", "https://example.org/", true],
  ["example.org:443", "http://example.org/", false],
  ["example.org:8080", "http://example.org:8080/", true],
  ["*.example.org", "https://a.example.org/", true],
  ["*.example.org", "https://a.b.example.org/", true],
  ["*.example.org", "https://example.org/", false],
  ["*.example.org", "https://aexample.org/", false],
  ["*.example.org", "https://evilexample.org/", false],
  ["*.example.org", "https://.example.org/", false],
  ["*.example.org:81", "http://a.example.org:81/", true],
  ["*", "http://anything.test/", true],
  ["*:80", "http://anything.test/", true],
  ["*:80", "https://anything.test/", false],
  ["127.0.0.1", "http://2130706433/", true],
  ["127.0.0.1", "http://0x7f.1/", true],
  ["127.0.0.1", "http://localhost/", false],
  ["localhost", "http://127.0.0.1/", false],
  ["[::1]:8080", "http://[::1]:8080/", true],
  ["[::1]", "http://[0:0:0:0:0:0:0:1]/", true],
  ["bücher.example", "https://xn--bcher-kva.example/", true],
  ["exa*ple.org", "https://example.org/", false],
  ["*.*.org", "https://a.b.org/", false],
];

for (const [pattern, url, matches] of CASES) {
  Deno.test(`hostMatches() of ${pattern} and ${url}`, () => {
    const host = hostOfUrl(url);
    assertEquals(host !== undefined && hostMatches(pattern, host), matches);
  });
}

Deno.test("parseHostPattern() refuses what names no host", () => {
  for (
    const text of ["", "*.", "**", "a b", "a/b", "a:b", "a@b", "http://a", "[::1", "a:123456", "*a"]
  ) assertEquals(parseHostPattern(text), undefined, text);
});

Deno.test("wherever net.request would connect to, hostOfUrl() says the same server or none", () => {
  const pieces = [
    "http://",
    "https://",
    "HTTP:",
    "/",
    "\\",
    "@",
    ":",
    "#",
    "?",
    ".",
    "allowed.test",
    "evil.test",
    "80",
    "[::1]",
    "%2e",
    "%40",
    "\t",
    "\n",
    " ",
    "ⓔvil.test",
    "0x7f.1",
    "a",
  ];
  const random = generator(3);
  let compared = 0;
  for (let round = 0; round < 100_000; round++) {
    const length = 1 + random(6);
    const text = (random(2) ? "http://" : "https://") +
      Array.from({ length }, () => pieces[random(pieces.length)]).join("");
    const address = parseAddress(text);
    if (address === undefined) continue;
    compared++;
    assertEquals(
      hostOfUrl(text),
      { name: address.hostname.replace(/\.$/, ""), port: address.port },
      JSON.stringify(text),
    );
  }
  assertEquals(compared > 1000, true);
});

Deno.test("coversHost() is strict", () => {
  for (
    const [a, b, covers] of [
      ["*", "a.b", true],
      ["*", "*", true],
      ["a.b", "*", false],
      ["a.b", "a.b:80", true],
      ["a.b:80", "a.b", false],
      ["a.b:80", "a.b:80", true],
      ["*.b", "a.b", true],
      ["*.b", "b", false],
      ["*.b", "*.a.b", true],
      ["*.b", "*.b", true],
      ["*.a.b", "*.b", false],
      ["b", "*.b", false],
    ] as const
  ) assertEquals(coversHost(a, b), covers, `${a} ${b}`);
});

Deno.test("a refusal names a server as netHosts would", async () => {
  const grant = new Grant([{ netHosts: [] }]);
  for (
    const [url, server] of [["http://[::1]/", "[::1]:80"], ["https://A.b", "a.b:443"]] as const
  ) {
    assertEquals(await grant.refusal({ url }), `netHosts of the app: ${server}`);
    assert(hostMatches(server, hostOfUrl(url)!));
  }
});
