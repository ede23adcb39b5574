import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { LogTail } from "../../lib/cli/log_tail.ts";

async function withLog(body: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "outrigger-tail-" });
  try {
    await body(join(folder, "a.log"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const numbered = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => `line ${from + i} ${"é".repeat(50)}`);
const text = (lines: string[]) => lines.map((line) => line + "\n").join("");

Deno.test("LogTail.last() reads the last lines, also from files put aside", () =>
  withLog(async (path) => {
    assertEquals(await new LogTail(path).last(5), undefined);
    await Deno.writeTextFile(`${path}.2`, text(numbered(0, 2000)));
    await Deno.writeTextFile(`${path}.1`, text(numbered(2000, 2010)));
    await Deno.writeTextFile(path, text(numbered(2010, 2013)));
    for (const count of [0, 1, 3, 5, 13, 1500, 2013, 5000]) {
      const lines = await new LogTail(path).last(count);
      assertEquals(lines, numbered(Math.max(0, 2013 - count), 2013), String(count));
    }
  }));

Deno.test("LogTail.follow() misses nothing of a log that is put aside meanwhile", () =>
  withLog(async (path) => {
    await Deno.writeTextFile(path, "old\n");
    const tail = new LogTail(path);
    assertEquals(await tail.last(0), []);
    const lines = tail.follow();
    await Deno.writeTextFile(path, "one\ntw", { append: true });
    assertEquals((await lines.next()).value, "one");
    await Deno.writeTextFile(path, "o\nthree\n", { append: true });
    await Deno.rename(path, `${path}.1`);
    await Deno.writeTextFile(path, "four\n");
    for (const line of ["two", "three", "four"]) assertEquals((await lines.next()).value, line);
    await lines.return(undefined);
  }));
