import { assertEquals } from "@std/assert";
import { duration, size, table } from "../../lib/cli/table.ts";

Deno.test("table() aligns what is painted, wide letters and marks by their columns", () => {
  const red = (text: string) => `<${text}>`;
  assertEquals(
    table([["A", "B", "C"], [{ text: "long", paint: red }, "日本", "x"], ["e\u0301", "12", ""]]),
    "A     B     C\n<long>  日本  x\ne\u0301     12",
  );
});

Deno.test("table() keeps a row on one line, whatever is in it", () => {
  assertEquals(table([["a\nb\x1b[31m", "c"]]), "a b [31m  c");
});

Deno.test("duration() and size() stay short", () => {
  const times = [0, 999, 59_999, 185_000, 7_200_000, 90_000_000];
  assertEquals(times.map(duration), ["0 ms", "999 ms", "59 s", "3 m 5 s", "2 h 0 m", "1 d 1 h"]);
  const sizes = [0, 1023, 2048, 47_185_920, 1024 ** 5];
  assertEquals(sizes.map(size), ["0 B", "1023 B", "2.0 KiB", "45 MiB", "1024 TiB"]);
});
