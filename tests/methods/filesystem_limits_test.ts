/**
 * Files that are no ordinary ones: they must neither be waited for nor fill the memory.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { CallError, startTestHost, type TestClient } from "../../lib/testing.ts";

const posixOnly = { ignore: Deno.build.os === "windows" };

async function code(page: TestClient, verb: string, data: unknown): Promise<string> {
  const call = () => page.call(`filesystem.${verb}`, data, { timeoutMs: 20_000 });
  return (await assertRejects(call, CallError)).code;
}

Deno.test({
  name:
    "a file without an end fails in good time, with its reason in the log; a part of it does not",
  ...posixOnly,
  async fn() {
    await using app = await startTestHost();
    const page = await app.connectPage();
    for (const verb of ["readFile", "readBinaryFile"]) {
      const whole = code(page, verb, { path: "/dev/zero" });
      // Others are answered meanwhile.
      const other = await app.connectPage();
      assertEquals(await other.call("app.getProcessId"), Deno.pid);
      assertEquals(await whole, "NE_RT_NATRTER");
      assertMatch(app.output, new RegExp(`filesystem\\.${verb} failed: .*answer`));
    }
    const part = await page.call("filesystem.readBinaryFile", { path: "/dev/zero", size: 3 });
    assertEquals(part, "AAAA");
    const text = await page.call("filesystem.readFile", { path: "/dev/zero", pos: 9, size: 2 });
    assertEquals(text, "\0\0");
    assertEquals(await page.call("filesystem.readFile", { path: "/dev/null" }), "");
    const written = await page.call("filesystem.writeFile", { path: "/dev/null", data: "x" });
    assertEquals(written, { success: true });
  },
});

Deno.test({
  name: "a named pipe is refused at once, however often",
  ...posixOnly,
  async fn() {
    await using app = await startTestHost({ files: { "folder/file": "x" } });
    const page = await app.connectPage();
    const path = `${app.folder}/pipe`;
    await new Deno.Command("mkfifo", { args: [path, `${app.folder}/folder/pipe`] }).output();
    // The runtime has 32 threads for such work: one that waits would be missed by everybody.
    for (let round = 0; round < 40; round++) {
      const source = `${app.folder}/folder`;
      const codes = await Promise.all([
        code(page, "readFile", { path }),
        code(page, "readBinaryFile", { path, size: 1 }),
        code(page, "writeFile", { path, data: "x" }),
        code(page, "appendBinaryFile", { path, data: "AA==" }),
        code(page, "copy", { source: path, destination: `${path} 2` }),
        code(page, "copy", { source: `${source}/file`, destination: path }),
        code(page, "copy", { source, destination: `${app.folder}/copy` }),
      ]);
      assertEquals(codes, [
        "NE_RT_NATRTER",
        "NE_RT_NATRTER",
        "NE_FS_FILWRER",
        "NE_FS_FILWRER",
        "NE_FS_COPYERR",
        "NE_FS_COPYERR",
        "NE_FS_COPYERR",
      ]);
    }
    assertMatch(app.output, /named pipe/);
    const entries = await page.call("filesystem.readDirectory", { path: app.folder });
    const pipe = (entries as { entry: string; type: string }[]).find(({ entry }) =>
      entry === "pipe"
    );
    assertEquals(pipe?.type, "OTHER");
  },
});

Deno.test({
  name: "a file that says it is empty is read to its end",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using app = await startTestHost();
    const page = await app.connectPage();
    const path = "/proc/version";
    const version = await Deno.readTextFile(path);
    assertEquals(await page.call("filesystem.readFile", { path }), version);
    const part = await page.call("filesystem.readFile", { path, pos: 2, size: 5 });
    assertEquals(part, version.slice(2, 7));
    const bytes = await page.call("filesystem.readBinaryFile", { path });
    assertEquals(bytes, btoa(version));
  },
});

Deno.test("large files come as they are, whatever is where a piece ends", async () => {
  await using app = await startTestHost();
  const page = await app.connectPage();
  const path = `${app.folder}/large`;
  // Characters of one, two and four bytes, five bytes together, so that pieces end within them.
  for (const part of ["x", '"ü\\\n', "a😀"]) {
    const text = part.repeat((3 << 20) / part.length);
    await page.call("filesystem.writeFile", { path, data: text });
    assert(await Deno.readTextFile(path) === text, "written text");
    assert(await page.call("filesystem.readFile", { path }) === text, "read text");
    const bytes = await Deno.readFile(path);
    assert(await page.call("filesystem.readBinaryFile", { path }) === bytes.toBase64(), "bytes");
    const slice = { path, pos: 1, size: bytes.length - 2 };
    const middle = bytes.subarray(1, -1);
    const read = await page.call("filesystem.readBinaryFile", slice);
    assert(read === middle.toBase64(), "a part");
    const textOfPart = await page.call("filesystem.readFile", slice);
    assert(textOfPart === new TextDecoder().decode(middle), "text of a part");
    await page.call("filesystem.writeBinaryFile", { path, data: middle.toBase64() });
    await page.call("filesystem.appendBinaryFile", { path, data: bytes.toBase64() });
    const size = middle.length + bytes.length;
    assertEquals((await Deno.stat(path)).size, size);
    await page.call("filesystem.writeFile", { path, data: text });
    assertEquals((await Deno.stat(path)).size, bytes.length);
    await page.call("filesystem.writeFile", { path, data: "small" });
    assertEquals(await page.call("filesystem.readFile", { path }), "small");
  }
});

Deno.test("a folder of many entries is listed whole", async () => {
  await using app = await startTestHost();
  const page = await app.connectPage();
  const names = Array.from({ length: 2500 }, (_, index) => `näme ${index}`);
  await Deno.mkdir(`${app.folder}/many`);
  for (const name of names) await Deno.writeTextFile(`${app.folder}/many/${name}`, "");
  const entries = await page.call("filesystem.readDirectory", { path: `${app.folder}/many` });
  assertEquals((entries as { entry: string }[]).map(({ entry }) => entry).sort(), names.sort());
});
