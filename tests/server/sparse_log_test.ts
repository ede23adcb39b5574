import { assertEquals } from "@std/assert";
import { SparseLog } from "../../lib/server/sparse_log.ts";

Deno.test("SparseLog.write() lets a line through once a minute", () => {
  const lines: string[] = [];
  let now = 0;
  const log = new SparseLog((line) => lines.push(line), () => now);
  for (now of [0, 1, 59_999, 60_000, 60_001]) log.write("a");
  log.write("b");
  assertEquals(lines, ["a", "a", "b"]);
});

Deno.test("SparseLog.write() stays quiet beyond 256 different lines and recovers", () => {
  const lines: string[] = [];
  let now = 0;
  const log = new SparseLog((line) => lines.push(line), () => now);
  for (let i = 0; i < 1000; i++) log.write(`line ${i}`);
  assertEquals(lines.length, 256);
  now = 60_000;
  log.write("later");
  assertEquals(lines.at(-1), "later");
});
