import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { listLogs, PackageLogs } from "../../lib/packages/package_logs.ts";
import { needs, posix } from "../tools.ts";

async function withFolder(
  test: (place: {
    folder: string;
    logs: string;
    start(maxBytes?: number): Promise<PackageLogs>;
    texts(): Promise<Record<string, string>>;
    reports: string[];
  }) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "outrigger-package-logs-" });
  const logs = join(folder, "logs");
  const opened: PackageLogs[] = [];
  const reports: string[] = [];
  try {
    await test({
      folder,
      logs,
      reports,
      async start(maxBytes) {
        const report = (message: string) => void reports.push(message);
        const one = await PackageLogs.start(logs, {
          report,
          ...(maxBytes === undefined ? {} : { maxBytes }),
        });
        opened.push(one);
        return one;
      },
      async texts() {
        const texts: [string, string][] = [];
        for await (const { name } of Deno.readDir(logs)) {
          texts.push([name, await Deno.readTextFile(join(logs, name))]);
        }
        return Object.fromEntries(texts.sort());
      },
    });
  } finally {
    await Promise.all(opened.map((one) => one.close(0)));
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("PackageLogs writes what was printed as it was, and keeps the last run", () =>
  withFolder(async ({ start, texts }) => {
    const first = await start();
    assertEquals(await texts(), { "error.log": "", "output.log": "" });
    first.line("one  ", "stdout");
    first.line("", "stdout");
    first.line("fail", "stderr");
    first.line("two", "stdout");
    await first.close(5000);
    assertEquals(await texts(), { "error.log": "fail\n", "output.log": "one  \n\ntwo\n" });
    first.line("late", "stdout");
    await first.flush(5000);
    const second = await start();
    const old = { "error.log.old": "fail\n", "output.log.old": "one  \n\ntwo\n" };
    assertEquals(await texts(), { "error.log": "", "output.log": "", ...old });
    second.line("2", "stdout");
    await second.close(5000);
    await start();
    assertEquals(await texts(), {
      "error.log": "",
      "error.log.old": "",
      "output.log": "",
      "output.log.old": "2\n",
    });
  }));

Deno.test("PackageLogs puts a full file aside while it runs", () =>
  withFolder(async ({ start, texts }) => {
    const logs = await start(20);
    for (let i = 0; i < 9; i++) {
      logs.line(`line ${i}`, "stdout");
      await logs.flush(5000);
    }
    assertEquals(await texts(), {
      "error.log": "",
      "output.log": "line 8\n",
      "output.log.old": "line 6\nline 7\n",
    });
  }));

Deno.test("PackageLogs keeps 5 MiB of a file by default", () =>
  withFolder(async ({ start, logs }) => {
    const open = await start();
    const text = "x".repeat((1 << 17) - 1);
    for (let i = 0; i < 41; i++) {
      open.line(text, "stderr");
      await open.flush(5000);
    }
    assertEquals((await Deno.stat(join(logs, "error.log.old"))).size, 5 << 20);
    assertEquals((await Deno.stat(join(logs, "error.log"))).size, 1 << 17);
  }));

Deno.test("PackageLogs leaves lines out, and says so, rather than wait for the disk", () =>
  withFolder(async ({ start, texts }) => {
    const logs = await start();
    const text = "x".repeat(1023);
    for (let i = 0; i < 1000; i++) logs.line(text, "stdout");
    await logs.close(5000);
    const { "output.log": written } = await texts();
    const lines = written!.split("\n");
    assert(lines.length < 300, `${lines.length}`);
    const leftOut = Number(/\.\.\. (\d+) lines left out/.exec(written!)?.[1]);
    assertEquals(lines.filter((line) => line === text).length + leftOut, 1000);
  }));

Deno.test("PackageLogs.start() fails when the last run's files cannot be put aside", () =>
  withFolder(async ({ logs, start }) => {
    await Deno.mkdir(join(logs, "output.log.old/full"), { recursive: true });
    await Deno.writeTextFile(join(logs, "output.log"), "kept");
    const error = await assertRejects(() => start(), Error);
    assert(error.message.startsWith(`Cannot begin the logs in "${logs}": `), error.message);
    assertEquals(await Deno.readTextFile(join(logs, "output.log")), "kept");
  }));

Deno.test({
  name: "PackageLogs follows no links, in its folder or in place of it",
  ...needs(posix),
  fn: () =>
    withFolder(async ({ folder, logs, start }) => {
      await Deno.writeTextFile(join(folder, "victim"), "kept");
      await Deno.mkdir(join(folder, "elsewhere"));
      await Deno.symlink(join(folder, "elsewhere"), logs);
      await assertRejects(() => start(), Error, "link");
      await Deno.remove(logs);
      await Deno.mkdir(logs);
      for (const target of ["victim", "nothing"]) {
        await Deno.symlink(join(folder, target), join(logs, "error.log"));
        await assertRejects(() => start(), Error, "link");
        await Deno.remove(join(logs, "error.log"));
      }
      await Deno.remove(join(logs, "output.log.old"));
      // One that is put aside is replaced, not followed.
      await Deno.symlink(join(folder, "victim"), join(logs, "output.log.old"));
      const open = await start();
      open.line("x", "stdout");
      await open.close(5000);
      await start();
      assertEquals(await Deno.readTextFile(join(logs, "output.log.old")), "x\n");
      assertEquals(await Deno.readTextFile(join(folder, "victim")), "kept");
      assertEquals([...Deno.readDirSync(join(folder, "elsewhere"))], []);
      assertEquals((await Deno.stat(logs)).mode! & 0o777, 0o700);
      assertEquals((await Deno.stat(join(logs, "output.log"))).mode! & 0o777, 0o600);
    }),
});

Deno.test({
  name: "listLogs() shows files that end with .log, and no links",
  ...needs(posix),
  fn: () =>
    withFolder(async ({ folder, logs, start }) => {
      assertEquals(await listLogs(logs), []);
      const open = await start();
      open.line("abc", "stdout");
      await open.close(5000);
      await start();
      await Deno.writeTextFile(join(logs, "own.log"), "own");
      await Deno.writeTextFile(join(logs, ".hidden.log"), "x");
      await Deno.writeTextFile(join(logs, "other.txt"), "x");
      await Deno.mkdir(join(logs, "folder.log"));
      await Deno.writeTextFile(join(folder, "secret"), "x");
      await Deno.symlink(join(folder, "secret"), join(logs, "link.log"));
      const type = { id: "file" as const, content_type: "", str: "log" };
      assertEquals(await listLogs(logs), [
        { name: "error.log", type, size: 0 },
        { name: "output.log", type, size: 0 },
        { name: "own.log", type, size: 3 },
      ]);
    }),
});
