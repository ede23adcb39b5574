import { assertEquals, assertThrows } from "@std/assert";
import { ArchiveError } from "../../lib/packages/archive_error.ts";
import { type TarEntry, TarReader } from "../../lib/packages/tar.ts";
import { concat, END, type Entry, entry, longName, pax, paxRecord, tar } from "./archives.ts";

/** What an archive holds, given in pieces of `size` bytes. */
function read(bytes: Uint8Array, size = bytes.length): (TarEntry & { content: string })[] {
  const entries: (TarEntry & { content: string })[] = [];
  const decoder = new TextDecoder();
  let ended = 0;
  const reader = new TarReader({
    begin: (entry) => void entries.push({ ...entry, content: "" }),
    data: (bytes) => void (entries.at(-1)!.content += decoder.decode(bytes)),
    end: () => void ended++,
  });
  for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
  reader.end();
  assertEquals(ended, entries.length);
  return entries;
}

function paths(...entries: (Entry | Uint8Array)[]): string[] {
  return read(tar(...entries)).map(({ path, kind }) =>
    kind === "folder" ? `${path} (folder)` : path
  );
}

const LONG = `package/${"long/".repeat(30)}name.js`;
function binaryOf(...bytes: number[]): Uint8Array {
  const field = new Uint8Array(12);
  field.set(bytes);
  return field;
}

/** A number as GNU tar writes one that has no room in octal digits. */
function binary(value: number, length = 12): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes[0] = 0x80;
  for (let index = length - 1; index > 0; index--) {
    bytes[index] = value % 256;
    value = Math.floor(value / 256);
  }
  return bytes;
}

Deno.test("TarReader reads files and folders in pieces of any size", () => {
  const bytes = tar(
    { path: "package/", type: "5" },
    { path: "package/a.js", content: "a".repeat(600) },
    { path: "package/run", content: "b".repeat(512), mode: 0o4755 },
    { path: "package/empty" },
  );
  const expected = [
    { path: "package/", kind: "folder" as const, size: 0, executable: true, content: "" },
    {
      path: "package/a.js",
      kind: "file" as const,
      size: 600,
      executable: false,
      content: "a".repeat(600),
    },
    {
      path: "package/run",
      kind: "file" as const,
      size: 512,
      executable: true,
      content: "b".repeat(512),
    },
    { path: "package/empty", kind: "file" as const, size: 0, executable: false, content: "" },
  ];
  for (const size of [bytes.length, 1, 7, 511, 512, 513, 1024]) {
    assertEquals(read(bytes, size), expected);
  }
});

Deno.test("TarReader calls executable what its owner may run", () => {
  for (
    const [mode, expected] of [[0o100, true], [0o744, true], [0o611, false], [0, false]] as const
  ) {
    assertEquals(read(tar({ path: "a", mode }))[0]!.executable, expected);
  }
});

Deno.test("TarReader knows every way to write a path", () => {
  const rows: [(Entry | Uint8Array)[], string[]][] = [
    [[{ path: "name.js", prefix: "package/dist" }], ["package/dist/name.js"]],
    [[{ path: "name.js", prefix: "package/dist", format: "gnu" }], ["name.js"]],
    [[{ path: "name.js", prefix: "package/dist", format: "v7" }], ["name.js"]],
    [[{ path: "n".repeat(100), prefix: "p".repeat(155) }], [
      `${"p".repeat(155)}/${"n".repeat(100)}`,
    ]],
    [[pax({ path: LONG }), { path: "short" }, { path: "next" }], [LONG, "next"]],
    [[pax({ path: LONG }), { path: "short", prefix: "p" }], [LONG]],
    [[longName(LONG), { path: "short", format: "gnu" }, { path: "next" }], [LONG, "next"]],
    [[pax({ path: "by pax" }), longName("by gnu"), { path: "short" }], ["by pax"]],
    [[longName("by gnu"), pax({ path: "by pax" }), { path: "short" }], ["by pax"]],
    [[pax({ comment: "0123abc" }, "g"), { path: "a" }], ["a"]],
    [[pax({ path: "all" }, "g"), { path: "a" }, { path: "b" }], ["all", "all"]],
    [[pax({ path: "all" }, "g"), pax({ comment: "c" }, "g"), { path: "a" }], ["all"]],
    [[pax({ path: "all" }, "g"), pax({ path: "one" }), { path: "a" }], ["one"]],
    [[pax({ path: "all" }, "g"), pax({ path: "" }, "g"), { path: "a" }], ["a"]],
    [[pax({ path: "ä/ж/漢.js" }), { path: "a" }], ["ä/ж/漢.js"]],
    [[pax({ mtime: "1.5", path: "p", "SCHILY.xattr.user": "a\nb=c" }), { path: "a" }], ["p"]],
    [[{ path: "package/old/" }], ["package/old/ (folder)"]],
    [[{ path: "package/old/", format: "v7", type: "\0" }], ["package/old/ (folder)"]],
    [[{ path: "a", type: "\0" }, { path: "b", type: "7" }], ["a", "b"]],
  ];
  for (const [entries, expected] of rows) assertEquals(paths(...entries), expected);
});

Deno.test("TarReader knows every way to write a size", () => {
  const next = { path: "next", content: "n" };
  const rows: [Uint8Array | string, Uint8Array | undefined][] = [
    ["00000001130\0", undefined],
    ["       1130 ", undefined],
    ["1130\0\0\0\0\0\0\0\0", undefined],
    [binary(600), undefined],
    ["00000000000\0", pax({ size: "600" })],
    ["77777777777\0", pax({ size: "600" })],
  ];
  for (const [size, before] of rows) {
    const file = entry({ path: "a", content: "x".repeat(600), size });
    const found = read(tar(...(before ? [before] : []), file, next));
    assertEquals(found.map(({ content }) => content), ["x".repeat(600), "n"]);
  }
});

Deno.test("TarReader refuses what is damaged or no file", () => {
  const a = { path: "a", content: "a" };
  const rows: [string, Uint8Array, string][] = [
    ["a wrong checksum", tar({ ...a, checksum: 1 }), "checksum"],
    ["a link", tar({ path: "a", type: "2", linkname: "/etc/passwd" }), '"a" is a link'],
    ["a hard link", tar({ path: "a", type: "1", linkname: "b" }), '"a" is a hard link'],
    ["a device", tar({ path: "a", type: "3" }), '"a" is a character device'],
    ["another device", tar({ path: "a", type: "4" }), '"a" is a block device'],
    ["a fifo", tar({ path: "a", type: "6" }), '"a" is a fifo'],
    ["holes", tar({ path: "a", type: "S" }), '"a" is a file with holes'],
    ["a volume", tar({ path: "a", type: "V" }), '"a" is the name of a volume'],
    ["a part", tar({ path: "a", type: "M" }), '"a" is the rest of a file'],
    ["an unknown type", tar({ path: "a", type: "Z" }), 'unknown type "Z"'],
    ["the name of a link", tar(longName("b", "K"), a), "the name of a link"],
    ["a folder with a size", tar({ path: "a", type: "5", content: "x" }), "has a size"],
    ["an old folder with a size", tar({ path: "a/", content: "x" }), "has a size"],
    ["a negative size", tar({ ...a, size: new Uint8Array(12).fill(0xff) }), "size"],
    ["an endless size", tar({ ...a, size: binary(2 ** 56) }), "size"],
    ["a size of more than 88 bits", tar({ ...a, size: binaryOf(0x81) }), "size"],
    ["a size of letters", tar({ ...a, size: "0000000000x\0" }), "size"],
    ["a size with digits behind", tar({ ...a, size: "1 1\0\0\0\0\0\0\0\0\0" }), "size"],
    ["a name that is no UTF-8", tar(rawName(Uint8Array.of(0xc3, 0x28))), "UTF-8"],
    ["PAX holes", tar(pax({ "GNU.sparse.major": "1" }), a), "with holes"],
    ["a negative PAX size", tar(pax({ size: "-1" }), a), "PAX size"],
    ["a huge PAX size", tar(pax({ size: "99999999999999999999" }), a), "PAX size"],
    ["a broken PAX size", tar(pax({ size: "1e3" }), a), "PAX size"],
    ["PAX without a length", tar(pax("path=a\n"), a), "PAX record"],
    ["PAX of length 0", tar(pax("0 path=a\n"), a), "PAX record"],
    ["PAX that is too long", tar(pax("99 path=a\n"), a), "PAX record"],
    ["PAX that is too short", tar(pax("5 path=a\n"), a), "PAX record"],
    ["PAX without an end", tar(pax("9 path=a "), a), "PAX record"],
    ["PAX without a key", tar(pax("5 =a\n"), a), "PAX record"],
    ["PAX with a signed length", tar(pax("+9 path=a\n"), a), "PAX record"],
    ["PAX for nothing", tar(pax({ path: "a" })), "an entry is missing"],
    ["a long name for nothing", tar(longName("a")), "an entry is missing"],
    ["a huge PAX header", tar(pax(paxRecord("comment", "x".repeat(1 << 20))), a), "too long"],
    ["many PAX headers", tar(...Array(9).fill(pax({ comment: "c" })), a), "too many headers"],
    ["nothing", new Uint8Array(0), "truncated"],
    ["no end", entry(a), "truncated"],
    ["half an end", concat(entry(a), END.subarray(0, 511)), "truncated"],
    ["something behind the end", concat(tar(a), tar(a)), "follows its end"],
    ["a zero block inside", concat(END.subarray(0, 512), tar(a)), "follows its end"],
  ];
  for (const [what, bytes, message] of rows) {
    for (const size of [bytes.length || 1, 100]) {
      assertThrows(() => read(bytes, size), ArchiveError, message, what);
    }
  }
});

Deno.test("TarReader does not take a cut archive for a whole one", () => {
  const bytes = concat(
    ...[pax({ path: "p" }), entry({ path: "a", content: "a".repeat(700) }), entry({ path: "b" })],
  );
  for (let length = 0; length <= bytes.length; length += 1) {
    assertThrows(() => read(bytes.subarray(0, length), 512), ArchiveError, "truncated");
  }
  assertEquals(read(concat(bytes, END)).length, 2);
});

function rawName(name: Uint8Array): Uint8Array {
  const bytes = entry({ path: "??" });
  bytes.set(name, 0);
  const before = "??".charCodeAt(0) * name.length;
  const sum = name.reduce((sum, byte) => sum + byte, 0) - before;
  const old = parseInt(new TextDecoder().decode(bytes.subarray(148, 154)), 8);
  bytes.set(new TextEncoder().encode((old + sum).toString(8).padStart(6, "0")), 148);
  return bytes;
}
