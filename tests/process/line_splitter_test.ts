import { assert, assertEquals } from "@std/assert";
import { LineSplitter, MAX_LINE_LENGTH } from "../../lib/process/line_splitter.ts";
import { heldMemory } from "./real_processes.ts";

const encode = (text: string) => new TextEncoder().encode(text);

function split(chunks: Uint8Array[], options?: ConstructorParameters<typeof LineSplitter>[0]) {
  const splitter = new LineSplitter(options);
  return [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.end()];
}

const whole = (...texts: string[]) => texts.map((text) => ({ text, cut: false }));

Deno.test("LineSplitter.push() joins lines across chunks, whatever their size", () => {
  const text = "first\n\r\nthird \u{1f600} ä\r\n\nno line feed";
  const bytes = encode(text);
  for (const size of [1, 2, 3, 5, 7, 1000]) {
    const chunks: Uint8Array[] = [];
    for (let i = 0; i < bytes.length; i += size) chunks.push(bytes.subarray(i, i + size));
    assertEquals(split(chunks), whole("first", "", "third \u{1f600} ä", "", "no line feed"));
  }
});

Deno.test("LineSplitter.push() keeps a carriage return that ends no line", () => {
  assertEquals(split([encode("10%\r20%\r\n")]), whole("10%\r20%"));
});

Deno.test("LineSplitter.push() replaces what is not UTF-8", () => {
  assertEquals(
    split([new Uint8Array([0x61, 0xff, 0x0a, 0xe2, 0x82])]),
    whole("a\ufffd", "\ufffd"),
  );
});

Deno.test("LineSplitter.push() cuts a long line into marked pieces", () => {
  const long = "x".repeat(MAX_LINE_LENGTH * 2 + 5);
  const lines = split([encode(long.slice(0, 70_000)), encode(`${long.slice(70_000)}\nend\n`)]);
  assertEquals(lines.map(({ text, cut }) => [text.length, cut]), [
    [MAX_LINE_LENGTH, true],
    [MAX_LINE_LENGTH, true],
    [5, false],
    [3, false],
  ]);
});

Deno.test("LineSplitter.push() does not cut through a character", () => {
  const lines = split([encode("abc\u{1f600}def\n")], { maxLength: 4 });
  assertEquals(lines.map((line) => line.text), ["abc", "\u{1f600}de", "f"]);
});

Deno.test("LineSplitter.push() keeps 300 MB without a line feed in flat memory", () => {
  const splitter = new LineSplitter();
  const chunk = new Uint8Array(65_536).fill(0x61);
  const before = heldMemory();
  let length = 0;
  for (let i = 0; i < 4800; i++) {
    for (const line of splitter.push(chunk)) length += line.text.length;
  }
  for (const line of splitter.end()) length += line.text.length;
  assertEquals(length, 4800 * 65_536);
  const grown = (heldMemory() - before) / 1_000_000;
  assert(grown < 150, `grew by ${grown} MB`);
});
