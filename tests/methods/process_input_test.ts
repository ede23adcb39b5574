import { assert, assertEquals } from "@std/assert";
import { ProcessInput } from "../../lib/mod.ts";

/** Input that comes in these pieces, and then ends. */
function pieces(all: Iterable<Uint8Array>): ProcessInput {
  const left = all[Symbol.iterator]();
  return new ProcessInput((buffer) => {
    const { value, done } = left.next();
    if (done) return Promise.resolve(null);
    buffer.set(value);
    return Promise.resolve(value.length);
  });
}

Deno.test("ProcessInput tells the bytes of an input that ends within a character, and marks at its start", async () => {
  const input = pieces([new Uint8Array([0xef, 0xbb, 0xbf, 0x61, 0x0a, 0x62, 0xe2, 0x82])]);
  assertEquals(await input.readLine(), "\ufeffa");
  assertEquals(await input.readLine(), "b\ufffd");
  assertEquals(await input.readLine(), "");
});

Deno.test("ProcessInput reads a line of 64 MB in a time that grows with its length", async () => {
  function* line() {
    const piece = new Uint8Array(16 * 1024).fill(0x7a);
    for (let i = 0; i < 4096; i++) yield piece;
    yield new TextEncoder().encode("\nnext\n");
  }
  const input = pieces(line());
  const start = performance.now();
  assertEquals((await input.readLine()).length, 64 << 20);
  const ms = performance.now() - start;
  assert(ms < 10_000, `it took ${ms} ms`);
  assertEquals(await input.readLine(), "next");
});
