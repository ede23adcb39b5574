/**
 * Files read in blocks, as several clients see them (contracts: Neutralino 6.8).
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { CallError, startTestHost, type TestClient } from "../../lib/testing.ts";

interface Output {
  id: number;
  action: "data" | "dataBinary" | "end";
  data: string | null;
}

const CONFIG = {
  extensions: [
    { id: "js.reader" },
    { id: "js.stranger", nativeBlockList: ["filesystem.openFile"] },
  ],
};

/** Takes what a client was told of streams so far. */
function outputs(client: TestClient): Output[] {
  const all = client.events.splice(0);
  return all.filter(({ event }) => event === "openedFile").map(({ data }) => data as Output);
}

/** `data:0123 end` */
function brief(outputs: Output[]): string {
  return outputs.map(({ action, data }) => action === "end" ? "end" : `${action}:${data}`).join(
    " ",
  );
}

const update = (client: TestClient, id: number, event: string, data?: number) =>
  client.call(
    "filesystem.updateOpenedFile",
    { id, event, ...(data === undefined ? {} : { data }) },
    {
      timeoutMs: 30_000,
    },
  );

type Call = [event: string, data?: number];
/** Calls on `0123456789`, what the last of them gives, and where the stream is then. */
const ENDS: [calls: Call[], given: string, eof: boolean, pos: number, lastRead: number][] = [
  [[["read", 4]], "data:0123", false, 4, 4],
  [[["read", 4], ["readAll", 4]], "data:4567 data:89 end", true, -1, 2],
  [[["read", 4], ["readAll", 4], ["read", 4]], "end", true, -1, 0],
  [[["read", 10]], "data:0123456789", false, 10, 10],
  [[["read", 10], ["read", 10]], "end", true, -1, 0],
  [[["read", 256]], "data:0123456789 end", true, -1, 10],
  [[["read"]], "data:0123456789 end", true, -1, 10],
  [[["readAll", 5]], "data:01234 data:56789 end", true, -1, 0],
  [[["readAll"], ["seek", 7], ["readBinary", 3]], "dataBinary:Nzg5", false, 10, 3],
  [[["readAll"], ["readAllBinary"]], "end", true, -1, 0],
  [[["readAllBinary", 6], ["seek"], ["readAll", 11]], "data:0123456789 end", true, -1, 10],
];

for (const [calls, given, eof, pos, lastRead] of ENDS) {
  const name = calls.map(([event, data]) => `${event} ${data ?? ""}`.trim()).join(", ");
  Deno.test(`filesystem.openFile, 10 bytes: ${name}`, async () => {
    await using app = await startTestHost({ files: { "ten": "0123456789" } });
    const page = await app.connectPage();
    const id = await page.call("filesystem.openFile", { path: `${app.folder}/ten` }) as number;
    for (const [event, data] of calls) {
      outputs(page);
      await update(page, id, event, data);
    }
    assertEquals(brief(outputs(page)), given);
    const info = await page.call("filesystem.getOpenedFileInfo", { id });
    assertEquals(info, { id, eof, pos, lastRead });
  });
}

Deno.test("filesystem.openFile tells all whose grant covers it, of everything and in order", async () => {
  const bytes = new Uint8Array(20 << 20);
  for (let at = 0; at < bytes.length; at += 65_536) {
    crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  }
  await using app = await startTestHost({ config: CONFIG, files: { "big": bytes } });
  const page = await app.connectPage();
  const reader = await app.connectDriver("js.reader");
  const stranger = await app.connectDriver("js.stranger");
  const id = await page.call("filesystem.openFile", { path: `${app.folder}/big` }) as number;
  await update(page, id, "readAllBinary", 100_000);
  // The page's events were here before the answer; the other connection has its own order.
  await app.eventually(() =>
    reader.events.some(({ data }) => (data as Output | null)?.action === "end")
  );
  for (const client of [page, reader]) {
    const told = outputs(client);
    assertEquals(told.pop(), { id, action: "end", data: null });
    const whole = new Uint8Array(bytes.length);
    let length = 0;
    for (const { id: of, action, data } of told) {
      assertEquals([of, action], [id, "dataBinary"]);
      const block = Uint8Array.fromBase64(data!);
      assert(block.length === 100_000 || length + block.length === bytes.length);
      whole.set(block, length);
      length += block.length;
    }
    assertEquals(length, bytes.length);
    assert(whole.every((byte, at) => byte === bytes[at]));
  }
  assertEquals(outputs(stranger).length, 0);
  const refused = stranger.call("filesystem.openFile", { path: `${app.folder}/big` });
  await assertRejects(() => refused, CallError, "NE_RT_NATPRME");
});

Deno.test("filesystem.updateOpenedFile breaks no character at the seams of blocks", async () => {
  const text = "\ufeffaü€𝄞日本".repeat(40_000);
  const broken = new Uint8Array([...new TextEncoder().encode("ab€"), 0xf0, 0x9d]);
  await using app = await startTestHost({ files: { "text": text, "broken": broken } });
  const page = await app.connectPage();
  const id = await page.call("filesystem.openFile", { path: `${app.folder}/text` }) as number;
  for (const size of [7, 256, 300_001]) {
    await update(page, id, "seek", 0);
    await update(page, id, "readAll", size);
    assert(outputs(page).map(({ data }) => data ?? "").join("") === text, `blocks of ${size}`);
  }
  // A seek begins anew, in the middle of a character too.
  await update(page, id, "seek", 3);
  await update(page, id, "read", 2);
  await update(page, id, "seek", 4);
  await update(page, id, "read", 2);
  assertEquals(brief(outputs(page)), "data:a data:ü");
  // What the file itself does not hold whole comes as U+FFFD before its end.
  const other = await page.call("filesystem.openFile", { path: `${app.folder}/broken` }) as number;
  await update(page, other, "read", 4);
  await update(page, other, "read", 3);
  await update(page, other, "read", 3);
  assertEquals(brief(outputs(page)), "data:ab data:€ data:\ufffd end");
});

Deno.test("filesystem.updateOpenedFile runs calls that nobody waits for in their order", async () => {
  await using app = await startTestHost({ files: { "ten": "0123456789" } });
  const page = await app.connectPage();
  const backend = await app.connectBackend();
  const id = await page.call("filesystem.openFile", { path: `${app.folder}/ten` }) as number;
  await Promise.all([
    update(page, id, "read", 4),
    update(page, id, "seek", 1),
    update(page, id, "readAllBinary", 6),
    update(page, id, "seek", 8),
    update(page, id, "readAll", 1),
    // What was asked for before is still read.
    update(page, id, "close"),
  ]);
  assertEquals(
    brief(outputs(page)),
    "data:0123 dataBinary:MTIzNDU2 dataBinary:Nzg5 end data:8 data:9 end",
  );
  await assertRejects(() => update(backend, id, "read"), CallError, "NE_FS_UNLTOUP");
});

Deno.test("filesystem.openFile leaves nothing open behind a host that stops in a read", async () => {
  const app = await startTestHost({ files: { "endless": "" } });
  await Deno.truncate(`${app.folder}/endless`, 2 ** 40);
  const page = await app.connectPage();
  const id = await page.call("filesystem.openFile", { path: `${app.folder}/endless` }) as number;
  const data = { id, event: "readAll", data: 1000 };
  // There is no answer to wait for.
  const reading = page.call("filesystem.updateOpenedFile", data, { timeoutMs: 500 });
  await Promise.all([
    assertRejects(() => reading),
    page.event("openedFile").then(() => app.stop()),
  ]);
  assert(outputs(page).every(({ action }) => action === "data"));
});

Deno.test({
  name: "filesystem.openFile does not wait for the writer of a pipe",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using app = await startTestHost();
    const page = await app.connectPage();
    const path = `${app.folder}/pipe`;
    await new Deno.Command("mkfifo", { args: [path] }).output();
    for (const device of [path, "/dev/zero"]) {
      const opened = page.call("filesystem.openFile", { path: device });
      await assertRejects(() => opened, CallError, "NE_FS_FILOPER");
    }
  },
});
