import { assert, assertEquals, assertRejects } from "@std/assert";
import { FileStream, type StreamOutput } from "../../lib/filesystem/file_stream.ts";
import { FileStreams } from "../../lib/filesystem/file_streams.ts";
import { HostError } from "../../lib/errors.ts";
import { Hub } from "../../lib/hub/hub.ts";
import { LineWriter } from "../../lib/line_writer.ts";
import { HostLog } from "../../lib/log.ts";
import { within } from "../../lib/testing.ts";

/** A file of spaces that counts how often it is read; without a size it has no end. */
function countingFile(size = Infinity) {
  const counts = { reads: 0, closed: 0 };
  let position = 0;
  const file = {
    read(buffer: Uint8Array) {
      counts.reads++;
      const length = Math.min(buffer.length, size - position);
      if (length === 0) return Promise.resolve(null);
      buffer.fill(32, 0, length);
      position += length;
      return Promise.resolve(length);
    },
    seek: (to: number) => Promise.resolve(position = to),
    close: () => void counts.closed++,
  };
  return { file: file as unknown as Deno.FsFile, counts };
}

Deno.test("FileStream.read() asks the disk for large pieces, however small its blocks are", async () => {
  const { file, counts } = countingFile(1 << 20);
  const outputs: StreamOutput[] = [];
  const stream = new FileStream(file, {
    put: (output) => void outputs.push(output),
    caughtUp: () => undefined,
  });
  await stream.read({ size: 256, binary: false, all: true });
  assertEquals(outputs.length, 4096 + 1);
  assert(counts.reads < 10, `${counts.reads} reads`);
  await stream.close();
});

Deno.test("FileStream.read() cuts a block that is too large for one event", async () => {
  const { file } = countingFile(10 << 20);
  const lengths: number[] = [];
  const stream = new FileStream(file, {
    put: ({ data }) => void lengths.push(data?.length ?? -1),
    caughtUp: () => undefined,
  });
  await stream.read({ size: 9 << 20, binary: false, all: false });
  assertEquals(lengths, [4 << 20, 4 << 20, 1 << 20]);
  assertEquals((await stream.info()).pos, 9 << 20);
  await stream.read({ size: 1e15, binary: false, all: false });
  assertEquals(lengths.slice(3), [1 << 20, -1]);
  await stream.close();
});

Deno.test("FileStream.read() waits until its readers have caught up", async () => {
  const { file } = countingFile();
  let puts = 0;
  const { promise: behind, resolve: catchUp } = Promise.withResolvers<void>();
  const stream = new FileStream(file, { put: () => void puts++, caughtUp: () => behind });
  const reading = stream.read({ size: 1 << 20, binary: true, all: true });
  await new Promise((resolve) => setTimeout(resolve, 20));
  assertEquals(puts, 1);
  const closing = stream.close(0);
  catchUp();
  await Promise.all([reading, closing]);
});

Deno.test("FileStream.close() ends a read that does not end, without telling of an end", async () => {
  const { file, counts } = countingFile();
  const actions = new Set<string>();
  const stream = new FileStream(file, {
    put: ({ action }) => void actions.add(action),
    caughtUp: () => undefined,
  });
  const reading = stream.read({ size: 1000, binary: false, all: true });
  await Promise.all([reading, stream.close(5)]);
  assertEquals([...actions], ["data"]);
  assertEquals(counts.closed, 1);
  await assertRejects(() => stream.read({ size: 1, binary: false, all: false }));
  await stream.close();
  assertEquals(counts.closed, 1);
});

Deno.test("FileStream.close() does not wait for a read that the system never answers", async () => {
  const { file, counts } = countingFile();
  const answer = Promise.withResolvers<number>();
  file.read = () => answer.promise;
  let puts = 0;
  const stream = new FileStream(file, { put: () => void puts++, caughtUp: () => undefined });
  const reading = stream.read({ size: 10, binary: false, all: false });
  await within(stream.close(0), 5000, "close");
  assertEquals(counts.closed, 1);
  answer.resolve(10);
  await reading;
  assertEquals(puts, 0);
});

Deno.test("FileStreams.open() refuses one file too many and says why in the log", async () => {
  const records: string[] = [];
  const log = new HostLog({
    out: new LineWriter({
      write(bytes) {
        records.push(new TextDecoder().decode(bytes));
        return Promise.resolve(bytes.length);
      },
    }),
  });
  const hub = new Hub({ maxQueuedEvents: 1, maxQueuedBytes: 1, maxQueuedMs: 1 });
  const path = await Deno.makeTempFile();
  {
    await using streams = new FileStreams({ hub, log, maxOpen: 2 });
    const opened = await Promise.allSettled([1, 2, 3].map(() => streams.open(path)));
    assertEquals(opened.map(({ status }) => status), ["fulfilled", "fulfilled", "rejected"]);
    await streams.update(0, "close", undefined);
    assertEquals(await streams.open(path), 2);
    await assertRejects(() => streams.open(path), HostError, `Unable to open file: ${path}`);
  }
  await log.flush(1000);
  assert(records.join("").includes("2 are open, which is the limit"), records.join(""));
  await Deno.remove(path);
});
