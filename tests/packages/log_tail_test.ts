import { assertEquals } from "@std/assert";
import { readLogTail } from "../../lib/packages/log_tail.ts";

async function tailOf(content: string, maxBytes: number): Promise<string | undefined> {
  const folder = await Deno.makeTempDir({ prefix: "outrigger-tail-" });
  try {
    await Deno.writeTextFile(`${folder}/output.log`, content);
    return (await readLogTail(folder, { file: "output.log", maxBytes }))?.text;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("readLogTail() gives whole lines", async () => {
  assertEquals(await tailOf("one\ntwo\nthree\n", 100), "one\ntwo\nthree\n");
  assertEquals(await tailOf("one\ntwo\nthree\n", 9), "three\n");
});

Deno.test("readLogTail() gives the end of a line that is longer than what is asked for", async () => {
  assertEquals(await tailOf(`one\n${"x".repeat(50)}y\n`, 4), "xxy\n");
  assertEquals(await tailOf("x".repeat(50) + "y", 4), "xxxy");
});
