import { assert, assertEquals } from "@std/assert";
import { LineWriter } from "../lib/line_writer.ts";

/** A reader that takes bytes only when told to. */
class StoppedReader {
  taken = "";
  #release = () => {};
  #open = false;
  async write(bytes: Uint8Array): Promise<number> {
    if (!this.#open) await new Promise<void>((resolve) => this.#release = resolve);
    // A pipe takes what it has room for.
    const part = bytes.subarray(0, 7);
    this.taken += new TextDecoder().decode(part);
    return part.length;
  }
  open() {
    this.#open = true;
    this.#release();
  }
}

Deno.test("LineWriter.write() writes everything in order, also when the sink takes parts", async () => {
  const reader = new StoppedReader();
  reader.open();
  const writer = new LineWriter(reader);
  for (let i = 0; i < 100; i++) writer.write(`line ${i}\n`);
  await writer.flush(5000);
  assertEquals(reader.taken, Array.from({ length: 100 }, (_, i) => `line ${i}\n`).join(""));
});

Deno.test("LineWriter.write() never waits, and says how many lines a slow reader missed", async () => {
  const reader = new StoppedReader();
  const writer = new LineWriter(reader, { maxBytes: 50 });
  for (let i = 0; i < 100; i++) writer.write("0123456789\n");
  reader.open();
  await writer.flush(5000);
  const kept = reader.taken.split("0123456789\n").length - 1;
  assertEquals(kept, 4);
  assert(reader.taken.endsWith("... 96 lines left out: the reader is too slow\n"), reader.taken);
});

Deno.test("LineWriter.flush() gives up at its deadline", async () => {
  const reader = new StoppedReader();
  const writer = new LineWriter(reader);
  writer.write("never\n");
  await writer.flush(10);
  assertEquals(reader.taken, "");
  reader.open();
  await writer.flush(5000);
});

Deno.test("LineWriter.writeAll() leaves nothing out", async () => {
  const reader = new StoppedReader();
  const writer = new LineWriter(reader, { maxBytes: 5 });
  const written = writer.writeAll("x".repeat(100));
  reader.open();
  await written;
  assertEquals(reader.taken, "x".repeat(100));
});

Deno.test("LineWriter goes quiet when the reader is gone", async () => {
  let tries = 0;
  const writer = new LineWriter({
    write() {
      tries++;
      return Promise.reject(new Deno.errors.BrokenPipe());
    },
  });
  writer.write("a\n");
  await writer.flush(1000);
  writer.write("b\n");
  await writer.writeAll("c");
  assertEquals(tries, 1);
});
