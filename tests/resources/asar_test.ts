import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  ASAR_PREFIX,
  AsarFormatError,
  asarHeaderSize,
  MAX_ASAR_HEADER,
  parseAsarTable,
} from "../../lib/resources/asar.ts";
import { pack, packHeader } from "./pack.ts";

function parse(bytes: Uint8Array, archiveSize = bytes.length) {
  const size = asarHeaderSize(bytes.subarray(0, ASAR_PREFIX), archiveSize);
  return parseAsarTable(bytes.subarray(ASAR_PREFIX, 8 + size), size, archiveSize);
}

Deno.test("parseAsarTable() finds files where their bytes are", () => {
  const bytes = pack({ "a.txt": "first", sub: { "b.txt": "second" } });
  const sub = parse(bytes).entries.get("sub");
  assert(sub?.kind === "directory");
  const file = sub.entries.get("b.txt");
  assert(file?.kind === "file");
  const text = new TextDecoder().decode(bytes.subarray(file.offset, file.offset + file.size));
  assertEquals(text, "second");
});

Deno.test("parseAsarTable() takes offsets beyond 2 GiB and 4 GiB", () => {
  const bytes = packHeader('{"files":{"big":{"size":10,"offset":"6442450944"}}}');
  const file = parse(bytes, 8e9).entries.get("big");
  assert(file?.kind === "file");
  assertEquals(file.offset, bytes.length + 6442450944);
});

Deno.test("parseAsarTable() leaves out links, unpacked files and names that lead elsewhere", () => {
  const entry = '{"size":0,"offset":"0"}';
  const names = ["..", ".", "", "a/b", "/abs", "a\\\\b", "n\\u0000l", "ok"];
  const table = parse(packHeader(
    `{"files":{${names.map((name) => `"${name}":${entry}`).join(",")},` +
      `"link":{"link":"../../etc/passwd"},"out":{"size":5,"unpacked":true}}}`,
  ));
  assertEquals([...table.entries.keys()], ["ok"]);
});

Deno.test("parseAsarTable() treats __proto__ and constructor as names", () => {
  const entry = '{"size":0,"offset":"0"}';
  const table = parse(packHeader(
    `{"files":{"__proto__":{"files":{"x":${entry}}},"constructor":${entry}}}`,
  ));
  assertEquals([...table.entries.keys()], ["__proto__", "constructor"]);
  assertEquals(Object.hasOwn(Object.prototype, "x"), false);
  assertEquals(table.entries.get("toString"), undefined);
});

const HOSTILE: Record<string, string> = {
  "no JSON": "{",
  "an array": "[]",
  "null": "null",
  "no files": "{}",
  "a file as root": '{"size":0,"offset":"0"}',
  "files that are a list": '{"files":[]}',
  "a null entry": '{"files":{"a":null}}',
  "a text entry": '{"files":{"a":"x"}}',
  "a negative size": '{"files":{"a":{"size":-1,"offset":"0"}}}',
  "a fractional size": '{"files":{"a":{"size":0.5,"offset":"0"}}}',
  "an enormous size": '{"files":{"a":{"size":9007199254740991,"offset":"0"}}}',
  "a text size": '{"files":{"a":{"size":"1","offset":"0"}}}',
  "a number offset": '{"files":{"a":{"size":0,"offset":0}}}',
  "a negative offset": '{"files":{"a":{"size":0,"offset":"-1"}}}',
  "a hexadecimal offset": '{"files":{"a":{"size":0,"offset":"0x10"}}}',
  "an exponent offset": '{"files":{"a":{"size":0,"offset":"1e3"}}}',
  "an offset beyond the end": '{"files":{"a":{"size":0,"offset":"1"}}}',
  "a size beyond the end": '{"files":{"a":{"size":1,"offset":"0"}}}',
  "an inherited size": '{"files":{"a":{"__proto__":{"size":0,"offset":"0"}}}}',
  "nesting": '{"files":{"a":'.repeat(5000) + '{"files":{}}' + "}}".repeat(5000),
};

for (const [what, json] of Object.entries(HOSTILE)) {
  Deno.test(`parseAsarTable() refuses ${what}`, () => {
    assertThrows(() => parse(packHeader(json)), AsarFormatError);
  });
}

Deno.test("parseAsarTable() refuses bytes that are not UTF-8", () => {
  const bytes = packHeader('{"files":{"aaaa":{"size":0,"offset":"0"}}}');
  bytes[28] = 0xff;
  assertThrows(() => parse(bytes), AsarFormatError);
});

Deno.test("asarHeaderSize() refuses prefixes that cannot be an archive's", () => {
  const good = pack({});
  for (const length of [0, 1, 8, 15]) {
    assertThrows(() => asarHeaderSize(good.subarray(0, length), 1e9), AsarFormatError);
  }
  for (const size of [0, 7, MAX_ASAR_HEADER + 1, 0xffffffff, good.length]) {
    const bytes = good.slice(0, 16);
    new DataView(bytes.buffer).setUint32(4, size, true);
    const archiveSize = size === good.length ? good.length : 1e12;
    assertThrows(() => asarHeaderSize(bytes, archiveSize), AsarFormatError);
  }
  const magic = good.slice(0, 16);
  magic[0] = 5;
  assertThrows(() => asarHeaderSize(magic, good.length), AsarFormatError);
});

Deno.test("parseAsarTable() survives 2,000 randomly damaged archives", () => {
  const good = pack({ a: "1", b: { c: "22", d: { e: "333" } } });
  let seed = 1;
  const random = (bound: number) => (seed = (seed * 48271) % 2147483647) % bound;
  for (let round = 0; round < 2000; round++) {
    const bytes = good.slice(0, random(3) === 0 ? random(good.length) : good.length);
    for (let hit = random(4); hit >= 0; hit--) {
      if (bytes.length > 0) bytes[random(bytes.length)] = random(256);
    }
    try {
      parse(bytes);
    } catch (error) {
      assert(error instanceof AsarFormatError, String(error));
    }
  }
});
